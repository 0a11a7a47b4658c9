using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>The two ways to the sums of the region losses: float32 and bytes on the CPU in one walk, all else by LibTorch's operators.</summary>
public sealed class RegionSumsTests
{
    /// <summary>More pixels than a thread takes at once, and no multiple of a vector.</summary>
    private const int Height = 131, Width = 127;

    [Theory]
    [InlineData(SegmentationMode.Binary, null, "dice")]
    [InlineData(SegmentationMode.Binary, 255L, "tversky(alpha=0.3, beta=0.7)")]
    [InlineData(SegmentationMode.Binary, 1L, "dice(smooth=1)")]
    [InlineData(SegmentationMode.Multilabel, 255L, "iou(empty=penalize)")]
    [InlineData(SegmentationMode.Multilabel, null, "kaggle-tversky(alpha=0.7, beta=0.3)")]
    [InlineData(SegmentationMode.Multiclass, null, "dice(reduction=batch)")]
    [InlineData(SegmentationMode.Multiclass, 255L, "tversky(alpha=0.3, beta=0.7, classes=present)")]
    [InlineData(SegmentationMode.Multiclass, 255L, "kaggle-dice-multiclass")]
    [InlineData(SegmentationMode.Multiclass, 0L, "mcc")]
    public void Both_give_the_same_value_and_gradient(SegmentationMode mode, long? ignored, string expression)
    {
        var given = Batch(mode, ignored);
        var (exact, exactGradient) = given.Run(expression, ScalarType.Float64, ScalarType.Int64);
        var (value, gradient) = given.Run(expression, ScalarType.Float32);
        Assert.Equal(exact, value, 1e-6);
        var largest = exactGradient.Max(Math.Abs);
        Assert.True(largest > 0);
        for (var i = 0; i < gradient.Length; i++) Assert.Equal(exactGradient[i], gradient[i], 1e-5 * largest);
    }

    /// <summary>Every pixel of the first plane is outside, and every one of the second inside; the others are neither.</summary>
    private static LossCase Batch(SegmentationMode mode, long? ignored)
    {
        var random = new Random(61);
        var task = new LossTask(mode, mode == SegmentationMode.Binary ? 2 : 3, ignored);
        var planes = mode == SegmentationMode.Multilabel ? 3 : 1;
        var targets = new long[3 * planes * Height * Width];
        for (var i = 0; i < targets.Length; i++)
        {
            var plane = i / (Height * Width);
            targets[i] = ignored == 255 && random.Next(10) == 0 ? 255 : plane < 2 ? plane : random.Next(mode == SegmentationMode.Multiclass ? 3 : 2);
        }
        var logits = Enumerable.Range(0, 3 * task.Channels * Height * Width).Select(_ => random.Next(-4096, 4096) / 1024.0).ToArray();
        return new LossCase(task, 3, Height, Width, logits, targets);
    }
}
