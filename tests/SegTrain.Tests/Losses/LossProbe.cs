using System.Runtime.InteropServices;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>Runs a loss and hands back plain numbers.</summary>
internal static class LossProbe
{
    /// <summary>Value and gradient; the tensors given are disposed.</summary>
    internal static (double Value, double[] Gradient) Run(string expression, LossTask task, Tensor logits, Tensor targets, Tensor? distances = null)
    {
        using var scope = NewDisposeScope();
        using (logits)
        using (targets)
        {
            var leaf = logits.detach().requires_grad_();
            var value = LossExpression.Parse(expression).Build(task).Compute(leaf, targets, distances: distances);
            value.backward();
            return (value.detach().to(float64).item<double>(), Numbers(leaf.grad!));
        }
    }

    /// <summary>The maps that a loader makes.</summary>
    internal static float[] Distances(LossTask task, IEnumerable<byte> targets, long[] logitsShape)
    {
        var maps = new float[logitsShape.Aggregate((product, side) => product * side)];
        var (target, image) = (targets.ToArray(), maps.Length / (int)logitsShape[0]);
        var size = target.Length / (int)logitsShape[0];
        for (var n = 0; n < logitsShape[0]; n++)
        {
            new DistanceMap(task).Write(target.AsSpan(n * size, size), (int)logitsShape[3], maps.AsMemory(n * image, image));
        }
        return maps;
    }

    internal static Tensor Tensor(double[] numbers, long[] shape, ScalarType type) => tensor(numbers, shape, type);

    internal static double[] Numbers(Tensor tensor)
    {
        using var plain = tensor.detach().to(float64).contiguous();
        return MemoryMarshal.Cast<byte, double>(plain.bytes).ToArray();
    }
}
