using System.Buffers;
using System.Numerics;
using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>A Gaussian blur; the edges are repeated outwards.</summary>
internal sealed class Blur : IRetouch
{
    public bool KeepsToUnitRange => false;

    /// <summary>The standard deviation in pixels, uniform from 0 up to the strength.</summary>
    public Drawn Draw(int width, int height, double strength, ref CounterRandom random) => new(random.NextDouble() * strength);

    public void Apply(Picture picture, Drawn drawn)
    {
        var weights = Weights(drawn.A);
        var reach = weights.Length - 1;
        var padded = ArrayPool<float>.Shared.Rent(picture.Width + (2 * reach));
        var narrow = ArrayPool<float>.Shared.Rent(picture.Size);
        for (var color = 0; color < picture.Colors; color++)
        {
            var plane = picture.Color(color);
            for (var y = 0; y < picture.Height; y++)
                Across(plane.Slice(y * picture.Width, picture.Width), weights, padded, narrow.AsSpan(y * picture.Width, picture.Width));
            for (var y = 0; y < picture.Height; y++)
                Down(narrow, y, picture.Height, weights, plane.Slice(y * picture.Width, picture.Width));
        }

        ArrayPool<float>.Shared.Return(padded);
        ArrayPool<float>.Shared.Return(narrow);
    }

    /// <summary>Every colour of every picture is a group of its own, with its own weights on both sides of a pixel, which are 0 beyond its reach.</summary>
    public Tensor Apply(Tensor colors, IReadOnlyList<Drawn> drawn)
    {
        var (planes, height, width) = (colors.shape[0] * colors.shape[1], colors.shape[2], colors.shape[3]);
        float[][] weights = [.. drawn.Select(static numbers => Weights(numbers.A))];
        var reach = weights.Max(static side => side.Length) - 1;
        var kernels = Upload.Of(
            (float[])[.. weights.SelectMany(side => Enumerable.Range(0, (int)colors.shape[1]).SelectMany(_ => Enumerable.Range(-reach, (2 * reach) + 1))
                .Select(by => Math.Abs(by) < side.Length ? side[Math.Abs(by)] : 0))],
            colors.device).view(planes, 1, 1, -1);
        var across = nn.functional.conv2d(Edges.Repeat(colors, 3, reach, reach).reshape(1, planes, height, width + (2 * reach)), kernels, groups: planes);
        return nn.functional.conv2d(Edges.Repeat(across, 2, reach, reach), kernels.transpose(2, 3), groups: planes).view(colors.shape);
    }

    /// <summary>The weight of a pixel by its distance, up to three standard deviations; over both sides they add up to 1.</summary>
    public static float[] Weights(double deviation)
    {
        var weights = new double[(int)Math.Ceiling(3 * deviation) + 1];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = i == 0 ? 1 : Math.Exp(-i * i / (2 * deviation * deviation));
        var total = (2 * weights.Sum()) - 1;
        return [.. weights.Select(weight => (float)(weight / total))];
    }

    private static void Across(ReadOnlySpan<float> row, float[] weights, Span<float> padded, Span<float> into)
    {
        var reach = weights.Length - 1;
        padded[..reach].Fill(row[0]);
        row.CopyTo(padded[reach..]);
        padded.Slice(reach + row.Length, reach).Fill(row[^1]);
        Scale(padded.Slice(reach, row.Length), weights[0], into);
        for (var i = 1; i <= reach; i++)
            AddSum(padded.Slice(reach - i, row.Length), padded.Slice(reach + i, row.Length), weights[i], into);
    }

    private static void Down(ReadOnlySpan<float> plane, int y, int height, float[] weights, Span<float> into)
    {
        Scale(plane.Slice(y * into.Length, into.Length), weights[0], into);
        for (var i = 1; i < weights.Length; i++)
        {
            var (above, below) = (Math.Max(y - i, 0), Math.Min(y + i, height - 1));
            AddSum(plane.Slice(above * into.Length, into.Length), plane.Slice(below * into.Length, into.Length), weights[i], into);
        }
    }

    private static void Scale(ReadOnlySpan<float> from, float weight, Span<float> into)
    {
        for (var i = 0; i < into.Length; i++)
            into[i] = from[i] * weight;
    }

    private static void AddSum(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float weight, Span<float> into)
    {
        var count = into.Length - (into.Length % Vector<float>.Count);
        for (var i = 0; i < count; i += Vector<float>.Count)
            (new Vector<float>(into[i..]) + ((new Vector<float>(a[i..]) + new Vector<float>(b[i..])) * weight)).CopyTo(into[i..]);
        for (var i = count; i < into.Length; i++)
            into[i] += (a[i] + b[i]) * weight;
    }
}
