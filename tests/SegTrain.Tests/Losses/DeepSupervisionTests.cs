using SegTrain.Losses;
using SegTrain.Tests.Support;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>Several resolutions of one network.</summary>
public sealed class DeepSupervisionTests
{
    [Theory]
    [InlineData(SegmentationMode.Binary, "bce-dice")]
    [InlineData(SegmentationMode.Multilabel, "bce + lovasz")]
    [InlineData(SegmentationMode.Multiclass, "ce + dice")]
    public void Is_the_weighted_mean_of_the_losses_against_thinned_targets(SegmentationMode mode, string expression)
    {
        using var scope = NewDisposeScope();
        var task = new LossTask(mode, mode == SegmentationMode.Binary ? 2 : 3);
        var random = new Random(61);
        var (h, w) = (6, 8);
        long[] shape = mode == SegmentationMode.Multiclass ? [2, h, w] : [2, task.Channels, h, w];
        var values = mode == SegmentationMode.Multiclass ? 3 : 2;
        var full = Targets(shape, _ => random.Next(8) == 0 ? 255 : random.Next(values));
        var loss = LossExpression.Parse(expression).Build(task);
        var outputs = new[] { 1, 2, 4 }.Select(step => Logits(task.Channels, (h + step - 1) / step, w / step)).ToList();
        // Of 6 rows in 2 the first and the fourth remain; of 6 in 3 every second.
        var parts = new[]
        {
            loss.Compute(outputs[0], full),
            loss.Compute(outputs[1], Thinned(full, [0, 2, 4], [0, 2, 4, 6])),
            loss.Compute(outputs[2], Thinned(full, [0, 3], [0, 4])),
        };
        var wanted = (parts[0].item<double>() + parts[1].item<double>() / 2 + parts[2].item<double>() / 4) / 1.75;
        Assert.Equal(wanted, new DeepSupervision(loss).Compute(outputs, full).item<double>(), 1e-12);
        Assert.Equal(parts[0].item<double>(), new DeepSupervision(loss).Compute([outputs[0]], full).item<double>(), 1e-12);

        Tensor Logits(int channels, int rows, int columns) => LossProbe.Tensor(
            [.. Enumerable.Range(0, 2 * channels * rows * columns).Select(_ => random.NextDouble() * 4 - 2)],
            [2, channels, rows, columns],
            ScalarType.Float64);
    }

    [Fact]
    public void Every_output_has_a_gradient_and_nothing_is_left_behind()
    {
        using var scope = NewDisposeScope();
        var loss = new DeepSupervision(LossExpression.Parse("dice").Build(new LossTask(SegmentationMode.Binary, 2)));
        var outputs = new[] { 4L, 2L }.Select(side => zeros([1, 1, side, side], float64).requires_grad_()).ToList();
        var targets = Targets([1, 4, 4], i => i % 3 == 0 ? 1 : 0);
        loss.Compute(outputs, targets).backward();
        Assert.All(outputs, output => Assert.Contains(LossProbe.Numbers(output.grad!), g => g != 0));
        Assert.Equal(0, LiveTensors.LeftBy(() => loss.Compute(outputs, targets).Dispose()));
    }

    [Fact]
    public void No_output_is_refused()
    {
        using var scope = NewDisposeScope();
        var loss = new DeepSupervision(LossExpression.Parse("dice").Build(new LossTask(SegmentationMode.Binary, 2)));
        Assert.Contains("no output", Assert.Throws<LossException>(() => loss.Compute([], zeros([1, 4, 4]))).Message, StringComparison.Ordinal);
    }

    private static Tensor Targets(long[] shape, Func<int, long> value) => tensor(
        [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(value)], shape, ScalarType.Byte);

    private static Tensor Thinned(Tensor full, long[] rows, long[] columns) => stack(
        rows.Select(row => stack(columns.Select(column => full.select(full.ndim - 1, column).select(full.ndim - 2, row)), full.ndim - 2)),
        full.ndim - 2);
}
