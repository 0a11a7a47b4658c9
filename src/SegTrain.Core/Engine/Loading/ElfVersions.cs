namespace SegTrain.Core.Engine.Loading;

/// <summary>A version that a library asks of another one.</summary>
/// <param name="Library">Such as libstdc++.so.6.</param>
/// <param name="Name">Such as GLIBCXX_3.4.32.</param>
/// <param name="Index">What symbols of this version have in the table of symbols' versions.</param>
/// <param name="FlagsAt">The byte where its flags are.</param>
/// <param name="IsWeak">Whether the loader goes on where the version is absent.</param>
internal sealed record ElfVersionNeed(string Library, string Name, int Index, int FlagsAt, bool IsWeak);

/// <summary>Tables of symbols' versions (Linux Standard Base, Core specification, "Symbol versioning").</summary>
internal static class ElfVersions
{
    /// <summary>VER_FLG_WEAK.</summary>
    public const ushort Weak = 2;

    private const long DefinitionsTag = 0x6ffffffc, DefinitionsCountTag = 0x6ffffffd, NeedsTag = 0x6ffffffe, NeedsCountTag = 0x6fffffff;
    private const int NeedSize = 16, NeededVersionSize = 16, DefinitionSize = 20, DefinitionNameSize = 8;

    /// <summary>The versions that a library asks of others, in the file's order.</summary>
    public static IReadOnlyList<ElfVersionNeed> Needs(ElfFile file)
    {
        var needs = new List<ElfVersionNeed>();
        var table = new Records(file, ElfFile.VersionNeeds, NeedsTag, NeedsCountTag);
        for (var libraries = table.Count; libraries > 0; libraries--)
        {
            var at = table.Take(NeedSize);
            var (versions, library) = (file.U16(at + 2), file.Name(file.U32(at + 4)));
            ElfFile.Require(file.U16(at) == 1 && versions > 0, "a library's versions", at);
            table.Follow(at, file.U32(at + 8), last: false);
            for (; versions > 0; versions--)
            {
                var version = table.Take(NeededVersionSize);
                var (flags, index, name) = (file.U16(version + 4), file.U16(version + 6), file.Name(file.U32(version + 8)));
                ElfFile.Require(file.U32(version) == Hash(name) && flags is 0 or Weak && index is > 1 and < 0x8000, "a needed version", version);
                ElfFile.Require(!needs.Exists(other => other.Index == index), "a needed version twice", version);
                needs.Add(new(library, name, index, version + 4, flags == Weak));
                table.Follow(version, file.U32(version + 12), last: versions == 1);
            }
            table.Follow(at, file.U32(at + 12), last: libraries == 1);
        }
        return needs;
    }

    /// <summary>The versions that a library defines.</summary>
    public static IReadOnlySet<string> Definitions(ElfFile file)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var table = new Records(file, ElfFile.VersionDefinitions, DefinitionsTag, DefinitionsCountTag);
        for (var definitions = table.Count; definitions > 0; definitions--)
        {
            var at = table.Take(DefinitionSize);
            var count = file.U16(at + 6);
            ElfFile.Require(file.U16(at) == 1 && count > 0, "a defined version", at);
            table.Follow(at, file.U32(at + 12), last: false);
            for (var left = count; left > 0; left--)
            {
                var name = table.Take(DefinitionNameSize);
                // The first is the version's own name, the others are those of versions that it follows.
                if (left == count)
                {
                    var text = file.Name(file.U32(name));
                    ElfFile.Require(file.U32(at + 8) == Hash(text) && names.Add(text), "a defined version", at);
                }
                table.Follow(name, file.U32(name + 4), last: left == 1);
            }
            table.Follow(at, file.U32(at + 16), last: definitions == 1);
        }
        return names;
    }

    /// <summary>The gABI's hash of a name.</summary>
    private static uint Hash(string name)
    {
        var hash = 0u;
        foreach (var character in name)
        {
            hash = (hash << 4) + character;
            hash = (hash ^ ((hash & 0xf0000000) >> 24)) & 0x0fffffff;
        }
        return hash;
    }

    /// <summary>Records that follow one another, each of which says how far it is to the next.</summary>
    private sealed class Records
    {
        private readonly ElfSection _section;
        private int _next;

        public Records(ElfFile file, int type, long tag, long countTag)
        {
            _section = file.Table(type, tag);
            _next = _section.Start;
            var asKnown = file.DynamicEntries.GetValueOrDefault(countTag) == _section.Info && _section.Info <= (uint)_section.Length;
            ElfFile.Require(asKnown, "a number of versions", _section.Start);
            Count = (int)_section.Info;
        }

        public int Count { get; }

        /// <summary>The record after the last one.</summary>
        public int Take(int size)
        {
            var at = _next;
            ElfFile.Require(size <= _section.End - at && at % 4 == 0, "a table of versions", at);
            _next = at + size;
            return at;
        }

        /// <summary>Holds a record to saying that the next one is where the next one is; the last says 0.</summary>
        public void Follow(int at, uint distance, bool last) => ElfFile.Require(distance == (last ? 0u : (uint)(_next - at)), "a table of versions", at);
    }
}
