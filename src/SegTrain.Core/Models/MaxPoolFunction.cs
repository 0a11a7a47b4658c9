using SegTrain.Core.Engine;
using SegTrain.Kernels;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary><see cref="MaxPool2x2"/> of tensors, with its gradient.</summary>
internal sealed unsafe class MaxPoolFunction : autograd.SingleTensorFunction<MaxPoolFunction>
{
    public override string Name => nameof(MaxPoolFunction);

    /// <param name="x">(N, C, 2H, 2W), float32, on a CPU.</param>
    /// <returns>(N, C, H, W), in the caller's dispose scope.</returns>
    public static Tensor Apply(Tensor x)
    {
        if (!is_grad_enabled() || !x.requires_grad) return Forward(x, null);
        // TorchSharp makes a tensor of the result's size beside it, which nothing reads.
        using var scope = NewDisposeScope();
        return apply(x).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        var places = empty(Pooled(x), uint8);
        ctx.save_for_backward([places]);
        return Forward(x, places);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Backward.Return([grad_output], tensors: 1, others: 0, () =>
    {
        var (places, g) = (ctx.get_saved_variables()[0], grad_output.contiguous());
        // The graph itself would keep them until the last gradient of the net is known.
        ctx.Dispose();
        var (n, c, height, width) = (g.shape[0], g.shape[1], g.shape[2], g.shape[3]);
        var result = empty([n, c, 2 * height, 2 * width]);
        MaxPool2x2.Gradient(n * c * height, (int)width, DenseMemory.Floats(g), DenseMemory.Bytes(places), DenseMemory.Floats(result), get_num_threads());
        return [result];
    });

    private static Tensor Forward(Tensor x, Tensor? places)
    {
        using var dense = x.contiguous();
        var shape = Pooled(x);
        var y = empty(shape);
        MaxPool2x2.Forward(
            shape[0] * shape[1] * shape[2], (int)shape[3], DenseMemory.Floats(dense), DenseMemory.Floats(y),
            places is null ? null : DenseMemory.Bytes(places), get_num_threads());
        return y;
    }

    private static long[] Pooled(Tensor x)
    {
        var shape = x.shape;
        // The kernel takes all rows of all planes as those of one image.
        if (shape[2] % 2 != 0 || shape[3] % 2 != 0) throw new ArgumentException($"{shape[2]}x{shape[3]} pixels are no 2x2 blocks");
        return [shape[0], shape[1], shape[2] / 2, shape[3] / 2];
    }
}
