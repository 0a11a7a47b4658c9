using System.Numerics;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>Straight lines through the values of pixels.</summary>
internal static class Levels
{
    /// <summary>value * factor + offset, kept from 0 to 1.</summary>
    public static void Stretch(Span<float> values, float factor, float offset)
    {
        var count = values.Length - (values.Length % Vector<float>.Count);
        for (var i = 0; i < count; i += Vector<float>.Count)
        {
            var stretched = (new Vector<float>(values[i..]) * factor) + new Vector<float>(offset);
            Vector.Min(Vector.Max(stretched, Vector<float>.Zero), Vector<float>.One).CopyTo(values[i..]);
        }

        for (var i = count; i < values.Length; i++)
            values[i] = Math.Clamp((values[i] * factor) + offset, 0, 1);
    }

    public static float Mean(ReadOnlySpan<float> values)
    {
        // Vectors of a stretch in which single precision is enough.
        const int Stretch = 4096;
        var sum = 0.0;
        var rest = values.Length % Vector<float>.Count;
        for (var start = 0; start < values.Length - rest; start += Stretch)
        {
            var sums = Vector<float>.Zero;
            for (var i = start; i < Math.Min(start + Stretch, values.Length - rest); i += Vector<float>.Count)
                sums += new Vector<float>(values[i..]);
            sum += Vector.Sum(sums);
        }

        foreach (var value in values[^rest..])
            sum += value;
        return (float)(sum / values.Length);
    }

    /// <summary>The mean over some dimensions, which stay with length 1.</summary>
    public static Tensor Mean(Tensor values, params long[] dimensions) => values.mean(dimensions, keepdim: true, float64).to(float32);
}
