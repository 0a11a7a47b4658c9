using System.Diagnostics;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Bench;

/// <summary>Random logits, classes and distance maps: the same numbers as those of bench/losses.py, by the same generator.</summary>
internal sealed class LossBatch : IDisposable
{
    private const int Images = 4, Side = 256;

    private readonly Tensor _logits;
    private readonly Tensor _targets;
    private readonly Tensor _distances;

    public LossBatch(int channels, Device device)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(0);
        var logits = empty([Images, channels, Side, Side]).normal_();
        var noise = empty([Images, Side, Side]).normal_();
        var targets = (channels == 1 ? noise.gt(0) : (noise.abs() * 4.0).clamp_max(channels - 1)).to(uint8);
        Task = new LossTask(channels == 1 ? SegmentationMode.Binary : SegmentationMode.Multiclass, Math.Max(2, channels));
        var map = new float[Images * channels * Side * Side];
        for (var n = 0; n < Images; n++)
        {
            var size = channels * Side * Side;
            new DistanceMap(Task).Write(targets.bytes.Slice(n * Side * Side, Side * Side), Side, map.AsMemory(n * size, size));
        }
        _logits = logits.to(device).DetachFromDisposeScope();
        _targets = targets.to(device).DetachFromDisposeScope();
        _distances = tensor(map, logits.shape).to(device).DetachFromDisposeScope();
    }

    public LossTask Task { get; }

    /// <summary>Forward and backward after one that is not counted: the median of milliseconds, and the value.</summary>
    public (double Milliseconds, double Value) Measure(Loss loss, int steps)
    {
        var (times, last) = (new List<double>(), 0.0);
        for (var step = 0; step <= steps; step++)
        {
            using var scope = NewDisposeScope();
            var leaf = _logits.detach().requires_grad_();
            var start = Stopwatch.GetTimestamp();
            var value = loss.Compute(leaf, _targets, distances: _distances);
            value.backward();
            last = value.item<float>();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return (Table.Median(times.Skip(1)), last);
    }

    public void Dispose()
    {
        _logits.Dispose();
        _targets.Dispose();
        _distances.Dispose();
    }
}
