using SegTrain.Losses;
using SegTrain.Tests.Support;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>Half precision and whole batches, for every row of the catalog.</summary>
public sealed class LossPrecisionTests
{
    [Theory]
    [ClassData(typeof(LossRows))]
    public void Half_precision_is_within_a_hundredth_at_512_x_512(string loss, SegmentationMode mode)
    {
        using var scope = NewDisposeScope();
        var task = new LossTask(mode, mode == SegmentationMode.Binary ? 2 : 3);
        var random = new Random(40);
        var isMulticlass = mode == SegmentationMode.Multiclass;
        var logits = tensor(Numbers(task.Channels, () => 8 * random.NextDouble() - 4), [1, task.Channels, 512, 512], float32);
        var targets = tensor(
            Numbers(isMulticlass ? 1 : task.Channels, () => random.Next(isMulticlass ? 3 : 2)),
            isMulticlass ? [1, 512, 512] : logits.shape,
            ScalarType.Byte);
        var made = LossExpression.Parse(loss).Build(task);
        var exact = made.Compute(logits, targets).item<float>();
        foreach (var type in (ScalarType[])[ScalarType.Float16, ScalarType.BFloat16])
        {
            var leaf = logits.to(type).requires_grad_();
            var value = made.Compute(leaf, targets);
            value.backward();
            Assert.Equal(ScalarType.Float32, value.dtype);
            Assert.InRange(value.item<float>() / exact, 0.99, 1.01);
            Assert.Equal(type, leaf.grad!.dtype);
            Assert.True(leaf.grad!.isfinite().all().item<bool>());
        }
    }

    [Theory]
    [ClassData(typeof(LossRows))]
    public void A_thousand_calls_leave_nothing_behind(string loss, SegmentationMode mode)
    {
        var given = LossCase.Random(mode, seed: 41, ignored: true);
        using var logits = given.LogitsTensor(ScalarType.Float32).requires_grad_();
        using var targets = given.TargetsTensor();
        var made = LossExpression.Parse(loss).Build(given.Task);
        Assert.Equal(0, LiveTensors.LeftBy(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                using var value = made.Compute(logits, targets);
            }
        }));
    }

    private static double[] Numbers(int planes, Func<double> next) => [.. Enumerable.Range(0, planes * 512 * 512).Select(_ => next())];
}
