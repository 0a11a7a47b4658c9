using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>The two ways to sort: float32 on the CPU by the bits, all else by LibTorch.</summary>
public sealed class LovaszRadixTests
{
    [Theory]
    [InlineData(SegmentationMode.Binary, "lovasz")]
    [InlineData(SegmentationMode.Multilabel, "lovasz(reduction=batch)")]
    [InlineData(SegmentationMode.Multiclass, "lovasz")]
    [InlineData(SegmentationMode.Multiclass, "lovasz(reduction=batch, classes=all)")]
    public void Both_give_the_same_value_and_gradient(SegmentationMode mode, string expression)
    {
        var random = new Random(51);
        var task = new LossTask(mode, mode == SegmentationMode.Binary ? 2 : 3);
        var (h, w) = (53, 61);
        var targets = new long[2 * h * w * (mode == SegmentationMode.Multilabel ? 3 : 1)];
        var values = mode == SegmentationMode.Multiclass ? 3 : 2;
        for (var i = 0; i < targets.Length; i++) targets[i] = random.Next(10) == 0 ? 255 : random.Next(values);
        // Whole multiples of 2^-10 are the same in both types.
        var logits = Enumerable.Range(0, 2 * task.Channels * h * w).Select(_ => random.Next(-4096, 4096) / 1024.0).ToArray();
        var given = new LossCase(task, 2, h, w, logits, targets);
        var (exact, exactGradient) = given.Run(expression);
        var (value, gradient) = given.Run(expression, ScalarType.Float32);
        Assert.Equal(exact, value, 1e-5 * exact);
        // Equal errors may be taken in any order: what they share is compared. Errors of probabilities are equal only by rounding.
        Assert.Equal(exactGradient.Sum(Math.Abs), gradient.Sum(Math.Abs), 1e-4 * exactGradient.Sum(Math.Abs));
        if (mode == SegmentationMode.Multiclass)
        {
            for (var i = 0; i < gradient.Length; i++) Assert.Equal(exactGradient[i], gradient[i], 1e-2 * exactGradient.Max());
        }
    }
}
