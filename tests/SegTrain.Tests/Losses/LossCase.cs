using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>A random batch as plain numbers, some pixels ignored when the task has a value for that.</summary>
internal sealed record LossCase(LossTask Task, long N, long H, long W, double[] Logits, long[] Targets)
{
    internal static readonly SegmentationMode[] Modes = Enum.GetValues<SegmentationMode>();

    internal long[] LogitsShape => [N, Task.Channels, H, W];

    internal long[] TargetsShape => Task.Mode == SegmentationMode.Multiclass ? [N, H, W] : LogitsShape;

    internal long Pixels => H * W;

    internal static LossCase Random(SegmentationMode mode, int seed, bool ignored = false, double spread = 2)
    {
        var random = new Random(seed);
        var (n, h, w) = (random.Next(2, 4), random.Next(3, 6), random.Next(3, 6));
        var task = new LossTask(mode, mode == SegmentationMode.Binary ? 2 : random.Next(2, 5), ignored ? 255 : null);
        var values = mode == SegmentationMode.Multiclass ? task.Classes : 2;
        var targets = new long[mode == SegmentationMode.Multiclass ? n * h * w : n * task.Channels * h * w];
        // Every class is in every image, so that what holds for present classes holds.
        for (var i = 0; i < targets.Length; i++) targets[i] = i % (h * w) < values ? i % (h * w) : random.Next(values);
        if (ignored)
        {
            for (var i = 0; i < targets.Length; i++) targets[i] = i % (h * w) >= values && random.Next(4) == 0 ? 255 : targets[i];
        }
        var logits = new double[n * task.Channels * h * w];
        for (var i = 0; i < logits.Length; i++) logits[i] = spread * (random.NextDouble() * 2 - 1);
        return new LossCase(task, n, h, w, logits, targets);
    }

    internal Tensor LogitsTensor(ScalarType type = ScalarType.Float64) => LossProbe.Tensor(Logits, LogitsShape, type);

    internal Tensor TargetsTensor(ScalarType type = ScalarType.Byte) => tensor(Targets, TargetsShape, type);

    internal (double Value, double[] Gradient) Run(
        string expression, ScalarType type = ScalarType.Float64, ScalarType targets = ScalarType.Byte) =>
        LossProbe.Run(expression, Task, LogitsTensor(type), TargetsTensor(targets));

    /// <summary>Whether the element i of the logits lies on an ignored pixel.</summary>
    internal bool IsIgnored(long i) => Task.IgnoreIndex is { } ignored && Targets[TargetOf(i)] == ignored;

    /// <summary>Logits of this size that say what the targets say.</summary>
    internal double[] Perfect(double size)
    {
        var logits = new double[Logits.Length];
        for (var i = 0; i < logits.Length; i++)
        {
            var channel = i / Pixels % Task.Channels;
            var inside = Task.Mode == SegmentationMode.Multiclass ? Targets[TargetOf(i)] == channel : Targets[i] == 1;
            logits[i] = inside ? size : -size;
        }
        return logits;
    }

    private long TargetOf(long i) => Task.Mode == SegmentationMode.Multiclass ? i / (Pixels * Task.Channels) * Pixels + i % Pixels : i;
}
