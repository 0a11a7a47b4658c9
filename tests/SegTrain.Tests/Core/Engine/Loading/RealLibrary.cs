using System.Buffers.Binary;
using SegTrain.Core.Engine.Loading;

namespace SegTrain.Tests.Core.Engine.Loading;

/// <summary>TorchSharp's library for Linux, as its package has it, and what is known of it from binutils (<c>objdump -p</c>).</summary>
internal static class RealLibrary
{
    public const string Version = "GLIBCXX_3.4.32";

    // "0x0297f842 0x00 18 GLIBCXX_3.4.32": the hash of the name, the flags, the index.
    private const uint Hash = 0x0297f842;

    public static string Path => NativeFile.In(NativeFile.PackageFolder(), NativeFile.LibTorchSharp);

    /// <summary>The whole file; the test is skipped where it asks libstdc++ for nothing that may be lacking.</summary>
    public static byte[] Read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the library is another one here");
        var bytes = File.ReadAllBytes(Path);
        Assert.SkipUnless(BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(FlagsAt(bytes))) == 0, $"the package's library does not insist on {Version}");
        return bytes;
    }

    /// <summary>Versions of a libstdc++: all that the library asks for, but for the one.</summary>
    public static HashSet<string> Older(byte[] library) =>
        [.. ElfVersions.Needs(new(library)).Select(static need => need.Name).Where(static name => name != Version)];

    /// <summary>The bytes of the n-th section of a type: its first, and one behind its last (gABI, chapter 4).</summary>
    public static (int Start, int End, int Header) Section(byte[] library, uint type, int number = 0)
    {
        var headers = (int)BinaryPrimitives.ReadUInt64LittleEndian(library.AsSpan(40));
        var header = Enumerable.Range(0, BinaryPrimitives.ReadUInt16LittleEndian(library.AsSpan(60))).Select(index => headers + (64 * index))
            .Where(at => BinaryPrimitives.ReadUInt32LittleEndian(library.AsSpan(at + 4)) == type).ElementAt(number);
        var start = (int)BinaryPrimitives.ReadUInt64LittleEndian(library.AsSpan(header + 24));
        return (start, start + (int)BinaryPrimitives.ReadUInt64LittleEndian(library.AsSpan(header + 32)), header);
    }

    /// <summary>Where the flags of the reference are: behind its hash, and before an index and the place of its name.</summary>
    public static int FlagsAt(byte[] library)
    {
        Span<byte> hash = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(hash, Hash);
        var at = library.AsSpan().IndexOf(hash);
        Assert.SkipUnless(at >= 0, $"the package's library does not know {Version}");
        Assert.Equal(at, library.AsSpan().LastIndexOf(hash));
        return at + 4;
    }
}
