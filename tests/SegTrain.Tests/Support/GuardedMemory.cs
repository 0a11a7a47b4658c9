using System.Runtime.InteropServices;

namespace SegTrain.Tests.Support;

/// <summary>Numbers with a page behind them that nobody may touch: who does ends the process. Linux only; elsewhere the test is skipped.</summary>
internal sealed unsafe class GuardedMemory<T> : IDisposable
    where T : unmanaged
{
    private const int ReadWrite = 3, NoAccess = 0, PrivateAnonymous = 0x22;

    private readonly nint _pages;
    private readonly nuint _size;
    private readonly int _length;

    public GuardedMemory(int length)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pages are asked for as Linux has them");
        var page = (nuint)Environment.SystemPageSize;
        _length = length;
        _size = (((nuint)(length * sizeof(T)) + page - 1) / page * page) + page;
        _pages = Mapping.mmap(0, _size, ReadWrite, PrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, _pages);
        Assert.Equal(0, Mapping.mprotect(_pages + (nint)(_size - page), page, NoAccess));
    }

    public Span<T> Span => new((T*)(_pages + (nint)_size - Environment.SystemPageSize) - _length, _length);

    public void Dispose() => _ = Mapping.munmap(_pages, _size);
}

internal static partial class Mapping
{
    [LibraryImport("libc")]
    internal static partial nint mmap(nint address, nuint size, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    internal static partial int mprotect(nint address, nuint size, int protection);

    [LibraryImport("libc")]
    internal static partial int munmap(nint address, nuint size);
}
