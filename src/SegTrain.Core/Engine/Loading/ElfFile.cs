using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace SegTrain.Core.Engine.Loading;

/// <summary>
/// The tables of a shared library that glibc's loader reads (ELF64, x86-64; System V gABI, chapters 4 and 5). The dynamic section says where the loader finds
/// them, the section headers where they end, and both must agree: what is not understood to the last byte is refused.
/// </summary>
internal sealed class ElfFile
{
    public const int SymbolTable = 11, StringTable = 3, Relocations = 4;
    public const int VersionDefinitions = 0x6ffffffd, VersionNeeds = 0x6ffffffe, SymbolVersions = 0x6fffffff;

    private const int HeaderSize = 64, SegmentSize = 56, SectionSize = 64, DynamicEntrySize = 16;
    private const int Load = 1, Dynamic = 2, DynamicSection = 6, NoBits = 8;
    private const long Needed = 1, Strings = 5, StringsSize = 10;

    private readonly byte[] _bytes;
    private readonly List<ElfSegment> _segments = [];
    private readonly List<ElfSection> _sections = [];
    private readonly Dictionary<long, ulong> _dynamic = [];
    private readonly List<ElfSection> _tables = [];
    private readonly ElfSection _strings;

    /// <param name="bytes">The whole file.</param>
    /// <exception cref="InvalidDataException">It is not such a library, or damaged; the message says where.</exception>
    public ElfFile(byte[] bytes)
    {
        _bytes = bytes;
        ReadHeader();
        ReadSegments(U64(32), U16(56));
        ReadSections(U64(40), U16(60));
        ReadDynamic();
        _strings = Table(StringTable, Strings);
        Require(_bytes[_strings.End - 1] == 0 && _dynamic.GetValueOrDefault(StringsSize) == (ulong)_strings.Length, "the size of its names", _strings.Start);
    }

    public IReadOnlyList<ElfSection> Sections => _sections;

    /// <summary>Tags of the dynamic section and their values; those of the libraries that are needed, the only ones that repeat, are left out.</summary>
    public IReadOnlyDictionary<long, ulong> DynamicEntries => _dynamic;

    public ushort U16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(at, 2));

    public uint U32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(at, 4));

    public ulong U64(long at) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(at, 8));

    /// <summary>A name of the string table.</summary>
    public string Name(uint offset)
    {
        Require(offset < _strings.Length, "a name", offset);
        // The table ends with a zero.
        var name = _bytes.AsSpan(_strings.Start, _strings.Length)[(int)offset..];
        name = name[..name.IndexOf((byte)0)];
        Require(name.Length > 0 && !name.ContainsAnyExceptInRange((byte)' ', (byte)'~'), "a name", _strings.Start + offset);
        return System.Text.Encoding.ASCII.GetString(name);
    }

    /// <summary>The section of a type that lies where an entry of the dynamic section says.</summary>
    public ElfSection Table(int type, long tag)
    {
        Require(_dynamic.TryGetValue(tag, out var address), $"no dynamic entry {tag:x}", 0);
        var found = _sections.FindAll(section => section.Type == type && section.Address == address && section.Length > 0);
        var section = Only(found, $"section of dynamic entry {tag:x}");
        Require(IsLoaded(section), "a table that is not loaded", section.Start);
        Require(!_tables.Exists(other => other != section && other.Start < section.End && section.Start < other.End), "overlapping tables", section.Start);
        _tables.Add(section);
        return section;
    }

    /// <exception cref="InvalidDataException">The condition does not hold.</exception>
    public static void Require([DoesNotReturnIf(false)] bool condition, string what, long at)
    {
        if (!condition) throw new InvalidDataException($"{what} (at byte {at})");
    }

    private void ReadHeader()
    {
        Require(_bytes.Length >= HeaderSize && U32(0) == 0x464c457f, "not an ELF file", 0);
        Require(_bytes[4] == 2, "not of 64 bits", 4);
        Require(_bytes[5] == 1, "not little-endian", 5);
        Require(_bytes[6] == 1 && U32(20) == 1, "another version of ELF", 6);
        Require(_bytes[7] is 0 or 3 && U64(8) == 0, "for another system", 7);
        Require(U16(16) == 3, "not a shared library", 16);
        Require(U16(18) == 62, $"for another processor, number {U16(18)}", 18);
        Require(U16(52) == HeaderSize && U16(54) == SegmentSize && U16(58) == SectionSize, "headers of another size", 52);
    }

    private void ReadSegments(ulong start, int count)
    {
        var at = Claimed(start, (ulong)(count * SegmentSize), "the segments' headers");
        for (var end = at + count * SegmentSize; at < end; at += SegmentSize)
        {
            var segment = new ElfSegment(U32(at), U64(at + 8), U64(at + 16), U64(at + 32));
            if (segment.Type is not (Load or Dynamic)) continue;
            Require(Inside(segment.Offset, segment.Length) && segment.Length <= U64(at + 40), "a segment outside the file", at);
            Require(segment.Address <= ulong.MaxValue - segment.Length, "a segment outside the memory", at);
            Require(segment.Type == Dynamic || !_segments.Exists(segment.Overlaps), "overlapping segments", at);
            _segments.Add(segment);
        }
    }

    private void ReadSections(ulong start, int count)
    {
        var at = Claimed(start, (ulong)(count * SectionSize), "the sections' headers");
        for (var end = at + count * SectionSize; at < end; at += SectionSize)
        {
            var type = (int)U32(at + 4);
            if (type is 0 or NoBits) continue;
            var (offset, size) = (U64(at + 24), U64(at + 32));
            Require(Inside(offset, size), "a section outside the file", at);
            _sections.Add(new(type, U64(at + 8), U64(at + 16), (int)offset, (int)size, U32(at + 44), U64(at + 56)));
        }
    }

    private void ReadDynamic()
    {
        var segment = Only(_segments.FindAll(static segment => segment.Type == Dynamic), "dynamic segment");
        var section = Only(_sections.FindAll(static section => section.Type == DynamicSection), "dynamic section");
        Require(segment.Maps(section) && segment.Length == (ulong)section.Length && IsLoaded(section), "the dynamic section", section.Start);
        Require(section.Length % DynamicEntrySize == 0, "the size of the dynamic section", section.Start);
        _tables.Add(section);
        for (var at = section.Start; at < section.End; at += DynamicEntrySize)
        {
            var tag = (long)U64(at);
            if (tag == 0) return;
            Require(tag == Needed || _dynamic.TryAdd(tag, U64(at + 8)), "a dynamic entry twice", at);
        }
        Require(false, "a dynamic section without an end", section.End);
    }

    private int Claimed(ulong start, ulong size, string what)
    {
        Require(size > 0 && start >= HeaderSize && start % 8 == 0 && Inside(start, size), $"{what} outside the file", (long)start);
        var section = new ElfSection(0, 0, 0, (int)start, (int)size, 0, 0);
        Require(!_tables.Exists(other => other.Start < section.End && section.Start < other.End), "overlapping tables", section.Start);
        _tables.Add(section);
        return section.Start;
    }

    private bool IsLoaded(ElfSection section) => _segments.Exists(segment => segment.Type == Load && segment.Maps(section));

    private static T Only<T>(List<T> found, string what)
    {
        Require(found.Count == 1, $"not one {what} but {found.Count}", 0);
        return found[0];
    }

    private bool Inside(ulong start, ulong size) => start <= (ulong)_bytes.Length && size <= (ulong)_bytes.Length - start;

    private ReadOnlySpan<byte> Bytes(long at, int count)
    {
        Require(at >= 0 && at <= _bytes.Length - count, "a number outside the file", at);
        return _bytes.AsSpan((int)at, count);
    }
}
