using System.Buffers.Binary;
using System.IO.Compression;

namespace SegTrain.Core.Images;

/// <summary>
/// Writes plain PNG (ISO/IEC 15948), row by row: each as its difference from the one above, packed in pieces of a megabyte, so that no picture need be held whole.
/// The same bytes everywhere.
/// </summary>
internal sealed class PngRows : IRowSink, IDisposable
{
    private const int Piece = 1 << 20;
    private const byte Up = 2;

    private readonly Stream _file;
    private readonly MemoryStream _packed = new();
    private readonly ZLibStream _zlib;
    private readonly int _bits;
    private readonly byte[] _filtered;
    private byte[] _row;
    private byte[] _above;

    /// <param name="file">Where to.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows to come.</param>
    /// <param name="channels">1 grey or of a palette, 3 RGB, 4 RGBA.</param>
    /// <param name="bits">8 or 16 bits a sample.</param>
    /// <param name="palette">The colours that 8-bit samples are numbers of, from 1 to 256 of them; null: they are grey levels.</param>
    public PngRows(Stream file, int width, int height, int channels, int bits, IReadOnlyList<(byte Red, byte Green, byte Blue)>? palette = null)
    {
        (_file, _bits, _zlib) = (file, bits, new(_packed, CompressionLevel.Fastest, leaveOpen: true));
        var length = width * channels * bits / 8;
        (_row, _above, _filtered) = (new byte[length], new byte[length], new byte[length + 1]);
        _filtered[0] = Up;
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = (byte)bits;
        header[9] = (byte)(palette is not null ? 3 : channels switch { 1 => 0, 3 => 2, _ => 6 });
        header[10..].Clear();
        Chunk("IHDR"u8, header);
        if (palette is not null) Chunk("PLTE"u8, [.. palette.SelectMany(static color => (byte[])[color.Red, color.Green, color.Blue])]);
    }

    /// <summary>A picture in memory.</summary>
    public static void Write(Stream file, PixelImage image)
    {
        using var rows = new PngRows(file, image.Width, image.Height, image.Channels, image.Bits);
        Resample.Feed(image.Samples, image.Stride, rows);
        rows.Complete();
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> row)
    {
        row.CopyTo(_row);
        if (_bits == 16 && BitConverter.IsLittleEndian) SwapBytes(_row);
        for (var i = 0; i < row.Length; i++) _filtered[i + 1] = (byte)(_row[i] - _above[i]);
        _zlib.Write(_filtered);
        (_row, _above) = (_above, _row);
        if (_packed.Length >= Piece) Flush();
    }

    /// <summary>After the last row.</summary>
    public void Complete()
    {
        _zlib.Dispose();
        Flush();
        Chunk("IEND"u8, []);
    }

    public void Dispose() => _zlib.Dispose();

    private void Flush()
    {
        Chunk("IDAT"u8, _packed.GetBuffer().AsSpan(0, (int)_packed.Length));
        _packed.SetLength(0);
    }

    private static void SwapBytes(Span<byte> row)
    {
        for (var i = 0; i + 1 < row.Length; i += 2) (row[i], row[i + 1]) = (row[i + 1], row[i]);
    }

    private void Chunk(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        _file.Write(word);
        _file.Write(name);
        _file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, PngCrc.Of(name, data));
        _file.Write(word);
    }
}
