using System.Numerics;

namespace SegTrain.Core.Images;

/// <summary>Resizing in exact integer arithmetic: the same bits on every machine and backend.</summary>
internal static class Resample
{
    /// <summary>
    /// Along each axis, an output sample is the mean of the input it covers where the axis shrinks, and linear between the two nearest
    /// input centres where it grows (edges repeated). Rounded half up once, at the end.
    /// </summary>
    /// <example>One row 10 20 30 to two: (10 + 20 / 2) / 1.5 = 13.33 and (20 / 2 + 30) / 1.5 = 26.67, so 13 27.</example>
    public static PixelImage Area(PixelImage image, int width, int height)
    {
        if ((image.Width, image.Height) == (width, height))
            return image;
        var columns = new Axis(image.Width, width);
        var rows = new Axis(image.Height, height);
        var length = width * image.Channels;
        var narrow = new long[(long)image.Height * length];
        for (var y = 0; y < image.Height; y++)
        {
            var into = narrow.AsSpan(y * length, length);
            var stored = image.Width * image.Channels;
            if (image.Bits == 8)
                Narrow<byte>(image.Samples.AsSpan(y * stored, stored), image.Channels, columns, into);
            else
                Narrow<ushort>(image.Words.Slice(y * stored, stored), image.Channels, columns, into);
        }

        var resized = PixelImage.Allocate(width, height, image.Channels, image.Bits);
        var sums = new long[length];
        var total = columns.Total * rows.Total;
        for (var y = 0; y < height; y++)
        {
            Array.Clear(sums);
            var (first, weights) = rows[y];
            for (var k = 0; k < weights.Length; k++)
            {
                var row = narrow.AsSpan((first + k) * length, length);
                for (var i = 0; i < length; i++)
                    sums[i] += weights[k] * row[i];
            }

            for (var i = 0; i < length; i++)
                Write(resized, (y * length) + i, (sums[i] + (total / 2)) / total);
        }

        return resized;
    }

    /// <summary>The value at the input pixel that holds the centre of the output pixel.</summary>
    public static byte[] Nearest(byte[] plane, int width, int height, int toWidth, int toHeight)
    {
        if ((width, height) == (toWidth, toHeight))
            return plane;
        var resized = GC.AllocateUninitializedArray<byte>(toWidth * toHeight);
        for (var y = 0; y < toHeight; y++)
        {
            var row = plane.AsSpan(Centre(y, height, toHeight) * width, width);
            for (var x = 0; x < toWidth; x++)
                resized[(y * toWidth) + x] = row[Centre(x, width, toWidth)];
        }

        return resized;
    }

    private static int Centre(int at, int from, int to) => (int)(((2L * at) + 1) * from / (2L * to));

    private static void Narrow<T>(ReadOnlySpan<T> row, int channels, Axis columns, Span<long> into)
        where T : IBinaryInteger<T>
    {
        for (var x = 0; x < columns.Length; x++)
        {
            var (first, weights) = columns[x];
            for (var c = 0; c < channels; c++)
            {
                var sum = 0L;
                for (var (k, at) = (0, (first * channels) + c); k < weights.Length; k++, at += channels)
                    sum += weights[k] * long.CreateTruncating(row[at]);
                into[(x * channels) + c] = sum;
            }
        }
    }

    private static void Write(PixelImage image, int at, long value)
    {
        if (image.Bits == 8)
            image.Samples[at] = (byte)value;
        else
            image.Words[at] = (ushort)value;
    }

    /// <summary>For each output position the input positions that count, with whole-number weights that always add up to <see cref="Total"/>.</summary>
    private sealed class Axis(int from, int to)
    {
        private readonly (int First, long[] Weights)[] _taps = [.. Enumerable.Range(0, to).Select(i => from >= to ? Cover(i, from, to) : Between(i, from, to))];

        public long Total { get; } = from >= to ? from : 2L * to;

        public int Length => _taps.Length;

        public (int First, long[] Weights) this[int at] => _taps[at];

        // In units of 1 / to of an input pixel, the output covers [i * from, (i + 1) * from) and input j covers [j * to, (j + 1) * to).
        private static (int, long[]) Cover(int i, long from, long to)
        {
            var (start, end) = (i * from, (i + 1) * from);
            var (first, last) = (start / to, (end - 1) / to);
            var weights = new long[last - first + 1];
            for (var j = first; j <= last; j++)
                weights[j - first] = Math.Min(end, (j + 1) * to) - Math.Max(start, j * to);
            return ((int)first, weights);
        }

        // The output's centre lies at ((2i + 1) * from - to) / 2to, counted from the centre of input 0.
        private static (int, long[]) Between(int i, long from, long to)
        {
            var centre = (((2L * i) + 1) * from) - to;
            var first = Math.Clamp((long)Math.Floor(centre / (2.0 * to)), 0, from - 1);
            var right = Math.Clamp(centre - (first * 2 * to), 0, 2 * to);
            return first == from - 1 ? ((int)first, [2 * to]) : ((int)first, [(2 * to) - right, right]);
        }
    }
}
