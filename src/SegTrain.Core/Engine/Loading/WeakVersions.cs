using System.Buffers.Binary;

namespace SegTrain.Core.Engine.Loading;

/// <summary>
/// LibTorchSharp was linked by GCC 13 and asks libstdc++ for a version of it that older systems lack, on account of one symbol
/// (<c>_ZSt21ios_base_library_initv</c>) that it never uses. A weak reference asks for nothing.
/// </summary>
/// <param name="Library">The library with those references weak, and not another byte changed.</param>
/// <param name="Versions">The versions, such as GLIBCXX_3.4.32.</param>
/// <param name="Newest">The newest version there is.</param>
internal sealed record WeakVersions(byte[] Library, IReadOnlyList<string> Versions, string Newest)
{
    private const string StandardLibrary = "libstdc++.so.6", Prefix = "GLIBCXX_";

    public string Reason => $"a copy whose reference to {string.Join(" and ", Versions)} is weak, because this libstdc++ ends at {Newest}";

    /// <summary>Of a library before the libstdc++ that this process has.</summary>
    /// <exception cref="InvalidDataException">A file is not understood, or a symbol of a lacking version is used.</exception>
    public static WeakVersions? Of(string library) =>
        MappedFiles.Paths.FirstOrDefault(static path => Path.GetFileName(path).StartsWith(StandardLibrary, StringComparison.Ordinal)) is { } standardLibrary
            ? Of(File.ReadAllBytes(library), ElfVersions.Definitions(new(File.ReadAllBytes(standardLibrary))))
            : null;

    /// <param name="library">The file of the library.</param>
    /// <param name="defined">The versions that libstdc++ has.</param>
    /// <returns>Null where none is lacking.</returns>
    /// <exception cref="InvalidDataException">The file is not understood, or a symbol of a lacking version is used.</exception>
    public static WeakVersions? Of(byte[] library, IReadOnlySet<string> defined)
    {
        var file = new ElfFile(library);
        var lacking = ElfVersions.Needs(file).Where(need => need.Library == StandardLibrary && !need.IsWeak && !defined.Contains(need.Name)).ToList();
        if (lacking.Count == 0) return null;
        var used = ElfRelocations.Versions(file);
        var copy = (byte[])library.Clone();
        foreach (var need in lacking)
        {
            ElfFile.Require(!used.Contains(need.Index), $"a symbol of version {need.Name} is in use", need.FlagsAt);
            BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(need.FlagsAt), ElfVersions.Weak);
        }
        return new(copy, [.. lacking.Select(static need => need.Name)], Last(defined));
    }

    private static string Last(IEnumerable<string> versions) => versions
        .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .MaxBy(static name => Version.TryParse(name.AsSpan(Prefix.Length), out var number) ? number : new()) ?? "none";
}
