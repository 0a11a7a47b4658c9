using System.Buffers.Binary;
using BitMiracle.LibTiff.Classic;

namespace SegTrain.Core.Images;

/// <summary>The integer fields of one TIFF directory. EXIF blocks are such directories too.</summary>
internal sealed class TiffDirectory
{
    private readonly TiffReader _reader;
    private readonly Dictionary<TiffTag, (long Offset, int Size, int Count)> _fields = [];

    private TiffDirectory(TiffReader reader) => _reader = reader;

    /// <summary>Where the next directory starts, 0 after the last.</summary>
    public long Next { get; private init; }

    /// <summary>EXIF's 1 to 8; 1 where it is damaged or not there.</summary>
    public int Orientation => this[TiffTag.ORIENTATION, 1] is var value and >= 1 and <= 8 ? (int)value : 1;

    public long this[TiffTag tag, long otherwise] => _fields.TryGetValue(tag, out var field) ? _reader.Integer(field.Offset, field.Size) : otherwise;

    public long[] Values(TiffTag tag) => _fields.TryGetValue(tag, out var field) ? _reader.Integers(field.Offset, field.Size, field.Count) : [];

    /// <summary>The orientation in an EXIF block; a damaged block counts as none, as it does in every viewer.</summary>
    public static int ExifOrientation(Stream file, long start)
    {
        try
        {
            var reader = TiffReader.Open(file, start);
            return Read(reader, reader.First).Orientation;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return 1;
        }
    }

    public static TiffDirectory Read(TiffReader reader, long at)
    {
        var count = reader.Integer(at, reader.Big ? 8 : 2);
        if (count is < 0 or > 4096)
            throw new InvalidDataException("the TIFF directory is damaged");
        var entry = reader.Big ? 20 : 12;
        var first = at + (reader.Big ? 8 : 2);
        var directory = new TiffDirectory(reader) { Next = reader.Integer(first + (count * entry), reader.Big ? 8 : 4) };
        for (var i = 0; i < count; i++)
        {
            var field = first + (i * entry);
            var size = reader.Integer(field + 2, 2) switch { 1 or 7 => 1, 3 => 2, 4 or 13 => 4, 16 or 18 => 8, _ => 0 };
            var values = reader.Integer(field + 4, reader.Big ? 8 : 4);
            if (size == 0 || values is < 1 or > 1 << 22)
                continue;
            var inline = field + (reader.Big ? 12 : 8);
            var start = values * size <= (reader.Big ? 8 : 4) ? inline : reader.Integer(inline, reader.Big ? 8 : 4);

            // Of fields that stand twice the first counts, as in libtiff.
            directory._fields.TryAdd((TiffTag)reader.Integer(field, 2), (start, size, (int)values));
        }

        return directory;
    }
}

/// <summary>Integers of either byte order at offsets that count from the start of a TIFF block.</summary>
internal readonly record struct TiffReader(Stream File, long Start, bool LittleEndian, bool Big)
{
    public long First => Big ? Integer(8, 8) : Integer(4, 4);

    public static TiffReader Open(Stream file, long start)
    {
        Span<byte> magic = stackalloc byte[4];
        file.Position = start;
        file.ReadExactly(magic);
        return magic switch
        {
            [(byte)'I', (byte)'I', 42 or 43, 0] => new(file, start, true, magic[2] == 43),
            [(byte)'M', (byte)'M', 0, 42 or 43] => new(file, start, false, magic[3] == 43),
            _ => throw new InvalidDataException("the TIFF header is damaged"),
        };
    }

    public long Integer(long offset, int size) => Integers(offset, size, 1)[0];

    public long[] Integers(long offset, int size, int count)
    {
        if (offset < 0 || offset > File.Length - Start - ((long)size * count))
            throw new EndOfStreamException();
        var bytes = new byte[size * count];
        File.Position = Start + offset;
        File.ReadExactly(bytes);
        var values = new long[count];
        for (var i = 0; i < count; i++)
            values[i] = Decode(bytes.AsSpan(i * size, size));
        return values;
    }

    private long Decode(ReadOnlySpan<byte> bytes) => (bytes.Length, LittleEndian) switch
    {
        (1, _) => bytes[0],
        (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (2, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (4, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        (_, true) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        (_, false) => BinaryPrimitives.ReadInt64BigEndian(bytes),
    };
}
