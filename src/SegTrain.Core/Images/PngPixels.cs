using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SegTrain.Core.Images;

/// <summary>Turns rows as a PNG file stores them into rows as <see cref="PixelImage"/> has them.</summary>
internal sealed class PngPixels
{
    private readonly int _depth;
    private readonly int _color;
    private readonly int _channels;
    private readonly int _bitsPerPixel;
    private readonly byte[] _row;

    // Red, green, blue, opacity of each index or shallow grey; empty where samples stand for themselves.
    private readonly byte[] _colors = [];
    private readonly int _known;

    public PngPixels(PngChunks chunks, ImageHeader header)
    {
        (_depth, _color, _channels) = (chunks.Depth, chunks.Color, header.DecodedChannels);
        _bitsPerPixel = _depth * (_color switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 });
        var plain = _depth == 8 && _color is 0 or 2 or 6;
        _row = plain ? [] : GC.AllocateUninitializedArray<byte>(header.StoredWidth * _channels * header.Bits / 8);
        if (_color == 3)
            (_colors, _known) = (Palette(chunks), chunks.Palette.Count / 3);
        else if (_depth < 8)
            (_colors, _known) = (Greys(), 1 << _depth);
    }

    /// <summary>What filters take for one pixel, in bytes.</summary>
    public int FilterUnit => Math.Max(1, _bitsPerPixel / 8);

    public int CodedLength(int width) => (int)((((long)width * _bitsPerPixel) + 7) / 8);

    public ReadOnlySpan<byte> Convert(ReadOnlySpan<byte> coded, int width)
    {
        if (_row.Length == 0)
            return coded;
        var row = _row.AsSpan(0, width * _channels * (_depth == 16 ? 2 : 1));
        if (_colors.Length > 0)
            LookUp(coded, row);
        else if (_depth == 8)
            Spread(coded, row);
        else
            Widen(MemoryMarshal.Cast<byte, ushort>(coded), MemoryMarshal.Cast<byte, ushort>(row));
        return row;
    }

    private void LookUp(ReadOnlySpan<byte> coded, Span<byte> row)
    {
        var mask = (1 << _depth) - 1;
        for (var (at, bit) = (0, 0L); at < row.Length; at += _channels, bit += _depth)
        {
            var index = (coded[(int)(bit >> 3)] >> (8 - _depth - (int)(bit & 7))) & mask;
            if (index >= _known)
                throw new InvalidDataException($"a pixel has the colour {index} of a palette of {_known}");
            _colors.AsSpan(index * 4, _channels).CopyTo(row[at..]);
        }
    }

    private void Widen(ReadOnlySpan<ushort> coded, Span<ushort> row)
    {
        if (_color != 4)
        {
            Reverse(coded, row);
            return;
        }

        Spread(coded, row);
        Reverse(row, row);
    }

    private static void Reverse(ReadOnlySpan<ushort> from, Span<ushort> to)
    {
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(from, to);
        else
            from.CopyTo(to);
    }

    // Grey and opacity to three equal colours and opacity.
    private static void Spread<T>(ReadOnlySpan<T> coded, Span<T> row)
    {
        for (var (i, at) = (0, 0); i < coded.Length; i += 2, at += 4)
            (row[at], row[at + 1], row[at + 2], row[at + 3]) = (coded[i], coded[i], coded[i], coded[i + 1]);
    }

    private byte[] Greys()
    {
        var colors = new byte[4 << _depth];
        for (var i = 0; i < colors.Length; i++)
            colors[i] = (byte)(i / 4 * 255 / ((1 << _depth) - 1));
        return colors;
    }

    private static byte[] Palette(PngChunks chunks)
    {
        var colors = new byte[4 * 256];
        colors.AsSpan().Fill(byte.MaxValue);
        for (var i = 0; i < chunks.Palette.Count; i++)
            colors[(i / 3 * 4) + (i % 3)] = chunks.Palette[i];
        for (var i = 0; i < Math.Min(chunks.Alpha.Count, 256); i++)
            colors[(i * 4) + 3] = chunks.Alpha[i];
        return colors;
    }
}
