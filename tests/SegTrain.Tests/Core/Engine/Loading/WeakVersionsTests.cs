using System.Buffers.Binary;
using SegTrain.Core.Engine.Loading;

namespace SegTrain.Tests.Core.Engine.Loading;

/// <summary>On copies of the real library: what is changed, and that whatever is not understood is refused.</summary>
public sealed class WeakVersionsTests
{
    private const uint Symbols = 11, Strings = 3, Relocations = 4, Dynamic = 6, Needs = 0x6ffffffe, SymbolVersions = 0x6fffffff;

    [Fact]
    public void The_lacking_version_becomes_weak_and_all_other_bytes_stay()
    {
        var library = RealLibrary.Read();
        var before = (byte[])library.Clone();
        var weak = WeakVersions.Of(library, RealLibrary.Older(library))!;

        Assert.Equal([RealLibrary.Version], weak.Versions);
        Assert.Equal("a copy whose reference to GLIBCXX_3.4.32 is weak, because this libstdc++ ends at GLIBCXX_3.4.30", weak.Reason);
        Assert.Equal(before, library);
        // VER_FLG_WEAK is 2, in 16 bits.
        BinaryPrimitives.WriteUInt16LittleEndian(before.AsSpan(RealLibrary.FlagsAt(library)), 2);
        Assert.Equal(before, weak.Library);
    }

    [Fact]
    public void Nothing_is_to_be_done_where_no_version_is_lacking()
    {
        var library = RealLibrary.Read();
        var older = RealLibrary.Older(library);
        Assert.Null(WeakVersions.Of(library, new HashSet<string>([.. older, RealLibrary.Version])));
        Assert.Null(WeakVersions.Of(WeakVersions.Of(library, older)!.Library, older));
    }

    /// <summary>Most versions' symbols are in use: the library cannot do without those.</summary>
    [Theory]
    [InlineData("GLIBCXX_3.4.30")]
    [InlineData("GLIBCXX_3.4.21")]
    [InlineData("CXXABI_1.3")]
    public void A_version_whose_symbols_are_in_use_is_refused(string version)
    {
        var library = RealLibrary.Read();
        var defined = RealLibrary.Older(library);
        Assert.True(defined.Remove(version));
        AssertRefused(library, $"a symbol of version {version} is in use", defined);
    }

    [Fact]
    public void A_relocation_that_refers_to_a_symbol_of_the_version_is_refused()
    {
        var library = RealLibrary.Read();
        var index = U16(library, RealLibrary.FlagsAt(library) + 2);
        var (versions, end, _) = RealLibrary.Section(library, SymbolVersions);
        var symbol = Enumerable.Range(0, (end - versions) / 2).Single(number => U16(library, versions + (2 * number)) == index);
        // The symbol of the last relocation: the upper half of r_info, which is the second of three words.
        BinaryPrimitives.WriteInt32LittleEndian(library.AsSpan(RealLibrary.Section(library, Relocations, 1).End - 12), symbol);
        AssertRefused(library, "a symbol of version GLIBCXX_3.4.32 is in use");
    }

    [Fact]
    public void A_library_that_is_cut_off_anywhere_is_refused()
    {
        var library = RealLibrary.Read();
        var defined = RealLibrary.Older(library);
        uint[] types = [Symbols, Strings, Relocations, Dynamic, Needs, SymbolVersions];
        var edges = types.Select(type => RealLibrary.Section(library, type))
            .SelectMany(static table => new[] { table.Start, table.End, table.Header, table.Header + 64 })
            .Concat([0, 4, 16, 64, 120, RealLibrary.FlagsAt(library), library.Length])
            .SelectMany(static edge => new[] { edge - 1, edge, edge + 1 }).Where(length => length >= 0 && length < library.Length).Distinct().ToList();
        Assert.True(edges.Count > 50);
        Assert.All(edges, length => Assert.Throws<InvalidDataException>(() => WeakVersions.Of(library[..length], defined)));
    }

    [Theory]
    [InlineData(4, 1, "not of 64 bits")]
    [InlineData(5, 2, "not little-endian")]
    [InlineData(6, 2, "another version of ELF")]
    [InlineData(7, 9, "for another system")]
    [InlineData(16, 2, "not a shared library")]
    [InlineData(18, 183, "for another processor, number 183")]
    [InlineData(52, 52, "headers of another size")]
    public void A_library_for_something_else_is_refused(int at, byte value, string why)
    {
        var library = RealLibrary.Read();
        library[at] = value;
        AssertRefused(library, why);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u007fELF")]
    [InlineData("INPUT ( libLibTorchSharp.so.0 ) /* a script for a linker, of more bytes than a header has */")]
    public void What_is_no_library_is_refused(string text) =>
        AssertRefused(System.Text.Encoding.Latin1.GetBytes(text), "not an ELF file", new HashSet<string>());

    public static TheoryData<string, int, int, long, string> Nonsense => new()
    {
        { "no segments", -1, 56, 0, "the segments' headers outside the file" },
        { "65,535 segments", -1, 56, 0xffff, "outside the file" },
        { "65,535 sections", -1, 60, 0xffff, "the sections' headers outside the file" },
        { "segments beyond the file", -1, 32, long.MaxValue & ~7, "the segments' headers outside the file" },
        { "sections in the header", -1, 40, 8, "the sections' headers outside the file" },
        { "sections on top of segments", -1, 40, 64, "overlapping tables" },
        { "a table elsewhere than the loader sees it", unchecked((int)Needs), 24, 0x3fb00, "a table that is not loaded" },
        { "a table beyond the file", unchecked((int)Needs), 32, long.MaxValue, "a section outside the file" },
        { "another number of libraries", unchecked((int)Needs), 44, 6, "a number of versions" },
        { "names of another size", (int)Strings, 32, 0x2784c, "the size of its names" },
        { "symbols of another size", (int)Symbols, 32, 0x12eb8, "the size of the symbols' table" },
        { "relocations of another size", (int)Relocations, 32, 0x8f88, "the size of the relocations" },
    };

    /// <param name="what">What is wrong.</param>
    /// <param name="type">Of the section in whose header it is; -1 for the file's.</param>
    /// <param name="at">The place in the header.</param>
    /// <param name="value">The number there, in as many bytes as it has.</param>
    /// <param name="why">A part of the message.</param>
    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Headers_that_make_no_sense_are_refused(string what, int type, int at, long value, string why)
    {
        var library = RealLibrary.Read();
        var header = type == -1 ? 0 : RealLibrary.Section(library, (uint)type).Header;
        Set(library, header + at, value, (type, at) switch { (-1, 56 or 60) => 2, (not -1, 44) => 4, _ => 8 });
        Assert.NotEmpty(what);
        AssertRefused(library, why);
    }

    /// <summary>
    /// Offsets are from the flags in the record of the version, which are 16 bits: before them the hash, behind them the index, the name and the distance to
    /// the next.
    /// </summary>
    [Theory]
    [InlineData(-4, 4, 1, "a needed version")]
    [InlineData(0, 2, 4, "a needed version")]
    [InlineData(2, 2, 1, "a needed version")]
    [InlineData(2, 2, 3, "a needed version twice")]
    [InlineData(4, 4, 0x7fffffff, "a name")]
    [InlineData(4, 4, 1, "a needed version")]
    [InlineData(8, 4, 0, "a table of versions")]
    [InlineData(8, 4, 0xfffffff0, "a table of versions")]
    [InlineData(8, 4, 0x20, "a table of versions")]
    public void Records_that_make_no_sense_are_refused(int from, int size, long value, string why)
    {
        var library = RealLibrary.Read();
        Set(library, RealLibrary.FlagsAt(library) + from, value, size);
        AssertRefused(library, why);
    }

    /// <summary>DT_REL, of a processor whose relocations have another form; a tag that nobody knows; DT_SYMBOLIC once more; a table that is gone.</summary>
    [Theory]
    [InlineData(0x6ffffff9, 17, "the unknown dynamic entry 11")]
    [InlineData(0x6ffffff9, 0x60000123, "the unknown dynamic entry 60000123")]
    [InlineData(0x6ffffff9, 16, "a dynamic entry twice")]
    [InlineData(0x6ffffffe, 0x6ffffffa, "no dynamic entry 6ffffffe")]
    public void Dynamic_entries_that_make_no_sense_are_refused(long tag, long instead, string why)
    {
        var library = RealLibrary.Read();
        var (start, end, _) = RealLibrary.Section(library, Dynamic);
        var entry = Enumerable.Range(0, (end - start) / 16).Select(index => start + (16 * index))
            .Single(at => BinaryPrimitives.ReadInt64LittleEndian(library.AsSpan(at)) == tag);
        Set(library, entry, instead, 8);
        AssertRefused(library, why);
    }

    [Fact]
    public void A_relocation_of_an_unknown_kind_or_symbol_is_refused()
    {
        var library = RealLibrary.Read();
        var last = RealLibrary.Section(library, Relocations).End - 24;
        var symbol = (byte[])library.Clone();
        Set(library, last + 8, 200, 4);
        AssertRefused(library, "a relocation (");
        Set(symbol, last + 12, 0x10000000, 4);
        AssertRefused(symbol, "a relocation (");
    }

    /// <summary>A name without an end, and one that no terminal should show.</summary>
    [Fact]
    public void Names_that_are_none_are_refused()
    {
        var library = RealLibrary.Read();
        var (start, end, _) = RealLibrary.Section(library, Strings);
        var name = start + library.AsSpan(start, end - start).IndexOf("libstdc++.so.6"u8);
        var damaged = (byte[])library.Clone();
        damaged[name] = 0x1b;
        AssertRefused(damaged, "a name");
        library.AsSpan(end - 1, 1).Fill((byte)'x');
        AssertRefused(library, "the size of its names");
    }

    /// <summary>The same seed each time; headers and tables take most of it, since no one looks at the code.</summary>
    [Fact]
    public void Thousands_of_damaged_libraries_are_refused_or_understood()
    {
        var library = RealLibrary.Read();
        var random = new Random(13);
        uint[] types = [Dynamic, Needs, SymbolVersions, Relocations, Symbols, Strings];
        (int Start, int End)[] headers = [(0, 64), (64, 64 + (10 * 56)), ((int)BinaryPrimitives.ReadUInt64LittleEndian(library.AsSpan(40)), library.Length)];
        var parts = types.Select(type => RealLibrary.Section(library, type)).Select(static table => (table.Start, table.End)).Concat(headers).ToArray();
        byte[] likely = [0, 1, 2, 0x7f, 0x80, 0xff];
        var (refused, understood) = (0, 0);
        for (var run = 0; run < 5_000; run++)
        {
            var changes = random.GetItems(parts, random.Next(1, 4)).Select(part => random.Next(part.Start, part.End)).Distinct()
                .Select(at => (At: at, Was: library[at])).ToList();
            foreach (var (at, _) in changes) library[at] = random.Next(2) == 0 ? likely[random.Next(likely.Length)] : (byte)random.Next(256);
            try
            {
                var file = new ElfFile(library);
                Assert.All(ElfVersions.Needs(file), need => Assert.InRange(need.FlagsAt, 64, library.Length - 2));
                _ = ElfRelocations.Versions(file);
                understood++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            foreach (var (at, was) in changes) library[at] = was;
        }
        Assert.True(refused > 1_000 && understood > 1_000, $"{refused} refused, {understood} understood");
    }

    [Fact]
    public void The_versions_of_the_libstdcxx_in_use_are_those_that_its_names_say()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no libstdc++ here");
        var path = MappedFiles.Paths.First(static path => Path.GetFileName(path).StartsWith("libstdc++.so.6", StringComparison.Ordinal));
        var bytes = File.ReadAllBytes(path);
        var defined = ElfVersions.Definitions(new(bytes));
        // The linker leaves each version's name among the symbols' as well.
        var text = System.Text.Encoding.Latin1.GetString(bytes);
        var named = System.Text.RegularExpressions.Regex.Matches(text, @"(?<=\0)GLIBCXX_3\.4(\.\d+)?(?=\0)").Select(static match => match.Value).ToHashSet();
        Assert.Contains("GLIBCXX_3.4.21", named);
        Assert.Equal(named.Order(), defined.Where(static name => name.StartsWith("GLIBCXX_3", StringComparison.Ordinal)).Order());
    }

    private static void AssertRefused(byte[] library, string why, IReadOnlySet<string>? defined = null)
    {
        defined ??= RealLibrary.Older(RealLibrary.Read());
        Assert.Contains(why, Assert.Throws<InvalidDataException>(() => WeakVersions.Of(library, defined)).Message, StringComparison.Ordinal);
    }

    private static ushort U16(byte[] library, int at) => BinaryPrimitives.ReadUInt16LittleEndian(library.AsSpan(at));

    private static void Set(byte[] library, int at, long value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        bytes[..size].CopyTo(library.AsSpan(at));
    }
}
