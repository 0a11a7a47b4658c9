using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SegTrain.Kernels;

/// <summary>One class of one block of pixels.</summary>
internal static class RegionRow
{
    /// <summary>Sums over a row.</summary>
    internal struct Sums
    {
        public double Overlap;
        public double Prediction;
        public int Target;

        public void Add(Sums other) => (Overlap, Prediction, Target) = (Overlap + other.Overlap, Prediction + other.Prediction, Target + other.Target);
    }

    /// <param name="row">p, a multiple of <see cref="LabelBlock.Step"/> of them.</param>
    /// <param name="labels">As many.</param>
    /// <param name="label">Of the class.</param>
    /// <param name="ignored">Of pixels that do not count.</param>
    public static Sums Sum(ReadOnlySpan<float> row, ReadOnlySpan<int> labels, int label, int ignored)
    {
        var p = MemoryMarshal.Cast<float, Vector256<float>>(row);
        var l = MemoryMarshal.Cast<int, Vector256<int>>(labels)[..p.Length];
        var (inside, outside) = (Vector256.Create(label), Vector256.Create(ignored));
        var (o0, o1, o2, o3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (p0, p1, p2, p3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var count = Vector256<int>.Zero;
        // Four sums of each kind, so that one addition need not wait for the other.
        for (var i = 0; i + 3 < p.Length; i += 4)
        {
            var (is0, is1) = (Vector256.Equals(l[i], inside), Vector256.Equals(l[i + 1], inside));
            var (is2, is3) = (Vector256.Equals(l[i + 2], inside), Vector256.Equals(l[i + 3], inside));
            count -= is0 + is1 + (is2 + is3);
            o0 += p[i] & is0.AsSingle();
            o1 += p[i + 1] & is1.AsSingle();
            o2 += p[i + 2] & is2.AsSingle();
            o3 += p[i + 3] & is3.AsSingle();
            p0 += Vector256.AndNot(p[i], Vector256.Equals(l[i], outside).AsSingle());
            p1 += Vector256.AndNot(p[i + 1], Vector256.Equals(l[i + 1], outside).AsSingle());
            p2 += Vector256.AndNot(p[i + 2], Vector256.Equals(l[i + 2], outside).AsSingle());
            p3 += Vector256.AndNot(p[i + 3], Vector256.Equals(l[i + 3], outside).AsSingle());
        }
        return new Sums { Overlap = Vector256.Sum(o0 + o1 + (o2 + o3)), Prediction = Vector256.Sum(p0 + p1 + (p2 + p3)), Target = Vector256.Sum(count) };
    }

    /// <param name="row">d p, any number of them, written.</param>
    /// <param name="labels">At least as many.</param>
    /// <param name="label">Of the class.</param>
    /// <param name="ignored">Of pixels that do not count.</param>
    /// <param name="overlap">What a pixel inside has.</param>
    /// <param name="prediction">What every pixel that counts has.</param>
    public static void Write(Span<float> row, ReadOnlySpan<int> labels, int label, int ignored, float overlap, float prediction)
    {
        var p = MemoryMarshal.Cast<float, Vector256<float>>(row);
        var l = MemoryMarshal.Cast<int, Vector256<int>>(labels)[..p.Length];
        var (inside, outside, ofOverlap, ofPrediction) = (Vector256.Create(label), Vector256.Create(ignored), Vector256.Create(overlap), Vector256.Create(prediction));
        for (var i = 0; i < p.Length; i++)
        {
            p[i] = Vector256.AndNot(ofPrediction, Vector256.Equals(l[i], outside).AsSingle()) + (ofOverlap & Vector256.Equals(l[i], inside).AsSingle());
        }
        for (var i = p.Length * Vector256<float>.Count; i < row.Length; i++)
        {
            row[i] = (labels[i] == ignored ? 0 : prediction) + (labels[i] == label ? overlap : 0);
        }
    }
}
