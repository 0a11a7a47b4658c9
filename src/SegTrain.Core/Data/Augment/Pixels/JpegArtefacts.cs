using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>
/// What JPEG loses (ITU-T T.81): blocks of 8x8 pixels, in RGB of luma and two chromas, go through the cosine transform and their coefficients are
/// rounded to multiples of the standard's example tables, scaled by quality as libjpeg does. Chroma is not subsampled. No decoder takes part, so the
/// bits are the same everywhere. Lanes are independent, so they do not depend on the width of the machine's vectors either.
/// </summary>
internal sealed class JpegArtefacts : IRetouch
{
    private const int Side = 8;

    // Tables K.1 and K.2 of the standard.
    private static readonly byte[] Luma =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly byte[] Chroma =
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    ];

    // Cosines[u * 8 + x] = c(u) cos((2x + 1) u pi / 16), orthonormal, which is the standard's own scale in two dimensions.
    private static readonly float[] Cosines = [.. Enumerable.Range(0, Side * Side).Select(static i =>
        (float)(Math.Cos(((2 * (i % Side)) + 1) * (i / Side) * Math.PI / 16) * (i / Side == 0 ? Math.Sqrt(0.125) : 0.5)))];

    private static readonly float[] Transposed = [.. Enumerable.Range(0, Side * Side).Select(static i => Cosines[(i % Side * Side) + (i / Side)])];

    /// <summary>The quality, uniform from 100 down by the strength.</summary>
    public Drawn Draw(int width, int height, double strength, ref CounterRandom random) => new(100 - (random.NextDouble() * strength));

    public void Apply(Picture picture, Drawn drawn) => Compress(picture, drawn.A);

    /// <summary>In double precision, which no device rounds to fewer bits: a coefficient half-way between two multiples may go to the other one than the loader's.</summary>
    public Tensor Apply(Tensor colors, IReadOnlyList<Drawn> drawn)
    {
        var (count, planes, height, width) = (colors.shape[0], colors.shape[1], colors.shape[2], colors.shape[3]);
        var (rows, columns) = ((height + Side - 1) / Side, (width + Side - 1) / Side);
        var middle = Upload.Of((float[])[.. Enumerable.Range(0, (int)planes).Select(Middle)], colors.device).view(1, -1, 1, 1);
        var tables = Upload.Of((float[])[.. drawn.SelectMany(numbers => Enumerable.Range(0, (int)planes).SelectMany(color => Table(color, numbers.A)))], colors.device)
            .view(count, planes, 1, 1, Side, Side);
        var cosines = Upload.Of(Cosines, colors.device).to(float64).view(Side, Side);
        var transposed = cosines.transpose(0, 1);

        var whole = Edges.Repeat(Edges.Repeat(planes == 3 ? ToLumaAndChroma(colors) : colors, 2, 0, (rows * Side) - height), 3, 0, (columns * Side) - width);
        var blocks = ((whole * Num(255)) - middle).to(float64).view(count, planes, rows, Side, columns, Side).permute(0, 1, 2, 4, 3, 5);
        var kept = (blocks.matmul(transposed).transpose(4, 5).matmul(transposed) / tables).round() * tables;
        var lossy = kept.matmul(cosines).transpose(4, 5).matmul(cosines).to(float32).permute(0, 1, 2, 4, 3, 5).reshape(whole.shape);
        var result = lossy.narrow(2, 0, height).narrow(3, 0, width).Plus(middle) / Num(255);
        return (planes == 3 ? ToColors(result) : result).clamp(Zero, One);
    }

    /// <param name="picture">The picture.</param>
    /// <param name="quality">From 1 to 100, as libjpeg counts.</param>
    public static void Compress(Picture picture, double quality)
    {
        if (picture.Colors == 3)
            ToLumaAndChroma(picture);
        for (var color = 0; color < picture.Colors; color++)
            Quantize(picture.Color(color), picture.Width, picture.Height, Table(color, quality), Middle(color));
        if (picture.Colors == 3)
            ToColors(picture);
        Levels.Stretch(picture.All, 1, 0);
    }

    private static float Middle(int color) => color == 0 ? 128 : 0;

    private static float[] Table(int color, double quality)
    {
        var standard = color == 0 ? Luma : Chroma;
        var scale = quality < 50 ? 5000 / quality : 200 - (2 * quality);
        var table = new float[standard.Length];
        for (var i = 0; i < table.Length; i++)
            table[(i % Side * Side) + (i / Side)] = (float)Math.Clamp(Math.Floor(((standard[i] * scale) + 50) / 100), 1, 255);
        return table;
    }

    private static void Quantize(Span<float> plane, int width, int height, float[] table, float middle)
    {
        Span<Vector256<float>> rows = stackalloc Vector256<float>[Side];
        var block = MemoryMarshal.Cast<Vector256<float>, float>(rows);
        for (var top = 0; top < height; top += Side)
        {
            for (var left = 0; left < width; left += Side)
            {
                // Where a block hangs over, the edges are repeated.
                for (var i = 0; i < block.Length; i++)
                {
                    var (y, x) = (Math.Min(top + (i / Side), height - 1), Math.Min(left + (i % Side), width - 1));
                    block[i] = (plane[(y * width) + x] * 255) - middle;
                }

                Multiply(Cosines, rows);
                Transpose(block);
                Multiply(Cosines, rows);
                Round(rows, table);
                Multiply(Transposed, rows);
                Transpose(block);
                Multiply(Transposed, rows);

                for (var y = top; y < Math.Min(top + Side, height); y++)
                {
                    for (var x = left; x < Math.Min(left + Side, width); x++)
                        plane[(y * width) + x] = (block[((y - top) * Side) + x - left] + middle) / 255;
                }
            }
        }
    }

    /// <summary>The block becomes matrix * block.</summary>
    private static void Multiply(float[] matrix, Span<Vector256<float>> rows)
    {
        var (a, b, c, d, e, f, g, h) = (rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7]);
        for (var row = 0; row < Side; row++)
        {
            var m = matrix.AsSpan(row * Side, Side);
            rows[row] = ((a * m[0]) + (b * m[1]) + (c * m[2]) + (d * m[3])) + ((e * m[4]) + (f * m[5]) + (g * m[6]) + (h * m[7]));
        }
    }

    private static void Transpose(Span<float> block)
    {
        for (var y = 1; y < Side; y++)
        {
            for (var x = 0; x < y; x++)
                (block[(y * Side) + x], block[(x * Side) + y]) = (block[(x * Side) + y], block[(y * Side) + x]);
        }
    }

    // Between the two products the block lies on its side, and so does the table.
    private static void Round(Span<Vector256<float>> rows, float[] table)
    {
        for (var i = 0; i < Side; i++)
        {
            var steps = Vector256.Create(table, i * Side);
            rows[i] = Vector256.Round(rows[i] / steps) * steps;
        }
    }

    // JFIF's YCbCr, chroma about 0.
    private static void ToLumaAndChroma(Picture picture)
    {
        var (red, green, blue) = (0, picture.Size, 2 * picture.Size);
        var all = picture.All;
        for (var i = 0; i < picture.Size; i++)
        {
            var (r, g, b) = (all[red + i], all[green + i], all[blue + i]);
            var luma = (0.299f * r) + (0.587f * g) + (0.114f * b);
            (all[red + i], all[green + i], all[blue + i]) = (luma, (b - luma) / 1.772f, (r - luma) / 1.402f);
        }
    }

    private static Tensor ToLumaAndChroma(Tensor colors)
    {
        var (r, g, b) = (colors.narrow(1, 0, 1), colors.narrow(1, 1, 1), colors.narrow(1, 2, 1));
        var luma = (r * Num(0.299f)).Plus(g * Num(0.587f)).Plus(b * Num(0.114f));
        return cat([luma, (b - luma) / Num(1.772f), (r - luma) / Num(1.402f)], 1);
    }

    private static Tensor ToColors(Tensor planes)
    {
        var (y, cb, cr) = (planes.narrow(1, 0, 1), planes.narrow(1, 1, 1), planes.narrow(1, 2, 1));
        return cat([y.Plus(cr * Num(1.402f)), y - (cb * Num(0.344136f)) - (cr * Num(0.714136f)), y.Plus(cb * Num(1.772f))], 1);
    }

    private static void ToColors(Picture picture)
    {
        var (luma, blueness, redness) = (0, picture.Size, 2 * picture.Size);
        var all = picture.All;
        for (var i = 0; i < picture.Size; i++)
        {
            var (y, cb, cr) = (all[luma + i], all[blueness + i], all[redness + i]);
            all[luma + i] = y + (1.402f * cr);
            all[blueness + i] = y - (0.344136f * cb) - (0.714136f * cr);
            all[redness + i] = y + (1.772f * cb);
        }
    }
}
