namespace SegTrain.Core.Engine.Loading;

/// <summary>What the loader writes into a library: addresses of its own and of other libraries' symbols.</summary>
internal static class ElfRelocations
{
    private const long TableTag = 7, SizeTag = 8, EntrySizeTag = 9, JumpsTag = 23, JumpsSizeTag = 2, JumpsKindTag = 20;
    private const long SymbolsTag = 6, SymbolSizeTag = 11, VersionsTag = 0x6ffffff0;
    private const int EntrySize = 24, SymbolSize = 24, Loaded = 2, RelocationsWithoutAddend = 9;

    // Of x86-64: 64, COPY, GLOB_DAT, JUMP_SLOT, RELATIVE, DTPMOD64, DTPOFF64, TPOFF64, TLSDESC, IRELATIVE.
    private static readonly HashSet<uint> s_kinds = [1, 5, 6, 7, 8, 16, 17, 18, 36, 37];

    // Entries that name no table through which the loader would look for a symbol, but for those read here. In the gABI's order, then GNU's, then x86-64's.
    private static readonly HashSet<long> s_known =
    [
        2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 32, 33, 35, 36, 37,
        0x6ffffef5, 0x6ffffff0, 0x6ffffff9, 0x6ffffffb, 0x6ffffffc, 0x6ffffffd, 0x6ffffffe, 0x6fffffff, 0x70000000, 0x70000001, 0x70000003,
    ];

    /// <summary>The versions, by index, of all symbols that a relocation refers to.</summary>
    public static IReadOnlySet<int> Versions(ElfFile file)
    {
        foreach (var tag in file.DynamicEntries.Keys) ElfFile.Require(s_known.Contains(tag), $"the unknown dynamic entry {tag:x}", 0);
        ElfFile.Require(!file.Sections.Any(static section => section.Type == RelocationsWithoutAddend), "relocations of another processor", 0);

        var symbols = file.Table(ElfFile.SymbolTable, SymbolsTag);
        var versions = file.Table(ElfFile.SymbolVersions, VersionsTag);
        var count = symbols.Length / SymbolSize;
        var asKnown = symbols.Length == count * SymbolSize && Is(SymbolSizeTag, SymbolSize) && versions.Length == count * 2;
        ElfFile.Require(asKnown, "the size of the symbols' table", symbols.Start);

        var tables = new List<ElfSection>();
        if (file.DynamicEntries.ContainsKey(TableTag)) tables.Add(Relocations(TableTag, SizeTag, Is(EntrySizeTag, EntrySize)));
        if (file.DynamicEntries.ContainsKey(JumpsTag)) tables.Add(Relocations(JumpsTag, JumpsSizeTag, Is(JumpsKindTag, TableTag)));
        var loaded = file.Sections.Count(static section => section.Type == ElfFile.Relocations && (section.Flags & Loaded) != 0);
        ElfFile.Require(tables.Count == loaded, "relocations that are not the loader's", 0);

        var found = new HashSet<int>();
        foreach (var table in tables)
        {
            for (var at = table.Start; at < table.End; at += EntrySize)
            {
                var (kind, symbol) = (file.U32(at + 8), file.U32(at + 12));
                ElfFile.Require(s_kinds.Contains(kind) && symbol < count, "a relocation", at);
                // The highest bit hides a symbol from others.
                found.Add(file.U16(versions.Start + (symbol * 2)) & 0x7fff);
            }
        }
        return found;

        bool Is(long tag, long value) => file.DynamicEntries.GetValueOrDefault(tag) == (ulong)value;

        ElfSection Relocations(long tag, long sizeTag, bool ofThisKind)
        {
            var table = file.Table(ElfFile.Relocations, tag);
            ElfFile.Require(ofThisKind && table.Length % EntrySize == 0 && Is(sizeTag, table.Length), "the size of the relocations", table.Start);
            return table;
        }
    }
}
