using System.Runtime.InteropServices;

namespace SegTrain.Core.Images;

/// <summary>Turns rows of the samples of a TIFF file into rows as <see cref="PixelImage"/> has them.</summary>
internal sealed class TiffColors
{
    /// <summary>For a file that says nothing; it counts as grey.</summary>
    public const int NotSaid = -1;

    private const int WhiteIsZero = 0;
    private const int Grey = 1;
    private const int Rgb = 2;
    private const int Indices = 3;
    private const int Inks = 5;
    private const int YCbCr = 6;

    // Each takes memory of its own where they are kept apart.
    private const int MostSamples = 1024;

    private readonly TiffLayout _layout;
    private readonly int _channels;
    private readonly byte[] _row = [];
    private readonly byte[] _palette = [];

    public TiffColors(TiffLayout layout, ImageHeader header)
    {
        (_layout, _channels) = (layout, header.DecodedChannels);
        if (_channels != layout.Samples)
            _row = new byte[layout.Width * _channels * header.Bits / 8];
        if (layout.Photometric == Indices)
            _palette = Palette(layout.Palette, 1 << layout.Bits);
    }

    /// <summary>What channels the samples are.</summary>
    /// <exception cref="InvalidDataException">They cannot be shown as grey or RGB.</exception>
    public static (int Channels, bool HasBands) Kind(TiffLayout layout)
    {
        var samples = layout.Samples;
        if (samples > MostSamples || (layout.Floats && layout.Photometric is WhiteIsZero or Indices or Inks or YCbCr))
            throw Unsupported(layout);
        switch (layout.Photometric)
        {
            case WhiteIsZero when samples > 2:
                throw Unsupported(layout);
            case WhiteIsZero or Grey or NotSaid:
                return samples is 1 or 3 ? (samples, false) : samples == 2 && layout.Extra is [1 or 2, ..] ? (2, false) : (samples, true);
            case Rgb when samples >= 3:
                return (samples, samples > 4);
            case Indices when samples == 1 && layout.Bits <= 8 && layout.Palette.Length == 3 << layout.Bits:
                return (IsGrey(layout.Palette) ? 1 : 3, false);
            case Inks when samples == 4:
            case YCbCr when samples == 3 && layout is { Compression: TiffCompression.Jpeg, Separate: false }:
                return (3, false);
            default:
                throw Unsupported(layout);
        }
    }

    /// <summary>Whether the samples are brightness and two differences, of which the decoder makes RGB.</summary>
    public static bool AreCorrelated(TiffLayout layout) => layout.Photometric == YCbCr;

    /// <summary>Whether samples are positions in a palette, and no levels.</summary>
    public static bool AreIndices(TiffLayout layout) => layout.Photometric == Indices;

    /// <param name="samples">Of a row, side by side, in 8, 16 or 32 bits; may be changed.</param>
    public ReadOnlySpan<byte> Convert(Span<byte> samples)
    {
        if (_layout.Photometric == WhiteIsZero)
            Flip(samples);
        if (_row.Length == 0 && _palette.Length == 0)
            return samples;
        if (_palette.Length > 0)
            LookUp(samples);
        else if (_layout.Photometric == Inks && _layout.Bits <= 8)
            Print<byte>(samples, _row, byte.MaxValue);
        else if (_layout.Photometric == Inks)
            Print<ushort>(MemoryMarshal.Cast<byte, ushort>(samples), MemoryMarshal.Cast<byte, ushort>(_row.AsSpan()), ushort.MaxValue);
        else
            Spread(samples, samples.Length / _layout.Width / 2);
        return _row.Length > 0 ? _row : samples;
    }

    // The first sample of each pixel; what is besides is opacity.
    private void Flip(Span<byte> samples)
    {
        var size = samples.Length / _layout.Width;
        for (var i = 0; i < samples.Length; i += size)
        {
            samples[i] = (byte)~samples[i];
            if (_layout.Bits > 8)
                samples[i + 1] = (byte)~samples[i + 1];
        }
    }

    // Grey and opacity to three equal colours and opacity.
    private void Spread(ReadOnlySpan<byte> samples, int size)
    {
        for (var (from, to) = (0, 0); from < samples.Length; from += 2 * size, to += 4 * size)
        {
            var grey = samples.Slice(from, size);
            grey.CopyTo(_row.AsSpan(to));
            grey.CopyTo(_row.AsSpan(to + size));
            samples.Slice(from, 2 * size).CopyTo(_row.AsSpan(to + (2 * size)));
        }
    }

    private void LookUp(Span<byte> samples)
    {
        var row = _row.Length > 0 ? _row : samples;
        for (var x = 0; x < samples.Length; x++)
            _palette.AsSpan(samples[x] * _channels, _channels).CopyTo(row[(x * _channels)..]);
    }

    // What is left of white where colours are printed over each other and black over them.
    private static void Print<T>(ReadOnlySpan<T> inks, Span<T> row, int white)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        for (var (from, to) = (0, 0); from < inks.Length; from += 4)
        {
            var light = white - long.CreateTruncating(inks[from + 3]);
            for (var i = 0; i < 3; i++, to++)
                row[to] = T.CreateTruncating((((white - long.CreateTruncating(inks[from + i])) * light) + (white / 2)) / white);
        }
    }

    // Some programs fill only the lower half of the 16 bits.
    private byte[] Palette(long[] map, int count)
    {
        var shift = map.AsSpan().ContainsAnyExceptInRange(0, byte.MaxValue) ? 8 : 0;
        var colors = new byte[count * _channels];
        for (var i = 0; i < colors.Length; i++)
            colors[i] = (byte)(map[(i % _channels * count) + (i / _channels)] >> shift);
        return colors;
    }

    private static bool IsGrey(long[] map)
    {
        var third = map.Length / 3;
        return map.AsSpan(0, third).SequenceEqual(map.AsSpan(third, third)) && map.AsSpan(0, third).SequenceEqual(map.AsSpan(2 * third, third));
    }

    private static InvalidDataException Unsupported(TiffLayout layout)
    {
        var colors = layout.Photometric switch
        {
            WhiteIsZero => "white as zero",
            Grey or NotSaid => "grey",
            Rgb => "RGB",
            Indices => "a palette",
            4 => "a transparency mask",
            Inks => "CMYK",
            YCbCr => "YCbCr",
            8 or 9 or 10 => "L*a*b*",
            _ => $"colours of the kind {layout.Photometric}",
        };
        return new($"TIFF with {colors} in {layout.Samples} {(layout.Floats ? "floating-point samples" : $"samples of {layout.Bits} bits")} is not supported; save it as grey or RGB");
    }
}
