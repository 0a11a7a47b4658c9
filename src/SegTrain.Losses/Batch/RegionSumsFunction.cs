using System.Runtime.InteropServices;
using SegTrain.Kernels;
using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary><see cref="Kernels.RegionSums"/> of tensors, with its gradient.</summary>
internal sealed class RegionSumsFunction : autograd.MultiTensorFunction<RegionSumsFunction>
{
    public override string Name => nameof(RegionSumsFunction);

    /// <param name="p">(N, C, P), float32, on the CPU.</param>
    /// <param name="labels">Planes of 0 and 1 (N, C, P), or class numbers (N, 1, P) of several classes; of any whole type.</param>
    /// <param name="ignored">The label of pixels that do not count; null for none.</param>
    /// <returns>Overlap and prediction (N, C), and as plain numbers the sizes of the classes in the target, N C, and the pixels that count of each row of labels.</returns>
    public static (IReadOnlyList<Tensor> Sums, float[] Target, float[] Counted) Of(Tensor p, Tensor labels, long? ignored)
    {
        var (n, c, planes) = ((int)p.shape[0], (int)p.shape[1], (int)labels.shape[1]);
        var arePlanes = planes == c;
        var shape = new RegionShape(arePlanes ? n * c : n, arePlanes ? 1 : c, (int)p.shape[2], First: arePlanes ? 1 : 0, ignored is { } label ? int.CreateSaturating(label) : null);
        var known = labels.dtype is ScalarType.Byte or ScalarType.Int64 ? labels : labels.to(int64);
        var counts = new Counts(new float[n * c], new float[n * planes]);
        return (apply(p.contiguous(), known.contiguous(), shape, counts), counts.Target, counts.Counted);
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (p, labels, shape, counts) = ((Tensor)vars[0], (Tensor)vars[1], (RegionShape)vars[2], (Counts)vars[3]);
        var (overlap, prediction) = (empty(p.shape[..2], float32), empty(p.shape[..2], float32));
        if (labels.dtype == ScalarType.Byte) Sum<byte>();
        else Sum<long>();
        ctx.save_for_backward([labels]);
        ctx.save_data("shape", shape);
        ctx.save_data("sizes", p.shape);
        // Else a sum that nobody asks for would get zeros of the shape of a tensor that is gone by then.
        ctx.set_materialize_grads(false);
        return [overlap, prediction];

        void Sum<T>()
            where T : unmanaged =>
            Kernels.RegionSums.Sum(Floats(p), MemoryMarshal.Cast<byte, T>(labels.bytes), shape, Floats(overlap), Floats(prediction), counts.Target, counts.Counted, get_num_threads());
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) => Backward.Return(grad_outputs, tensors: 2, others: 2, () =>
    {
        var labels = ctx.get_saved_variables()[0];
        var (shape, sizes) = ((RegionShape)ctx.get_data("shape"), (long[])ctx.get_data("sizes"));
        var p = empty(sizes, float32);
        var (overlap, prediction) = (Gradient(grad_outputs[0]), Gradient(grad_outputs[1]));
        if (labels.dtype == ScalarType.Byte) Write<byte>();
        else Write<long>();
        return [p, null];

        float[] Gradient(Tensor of) => of.IsInvalid ? new float[sizes[0] * sizes[1]] : Floats(of.contiguous()).ToArray();

        void Write<T>()
            where T : unmanaged =>
            Kernels.RegionSums.Gradient(MemoryMarshal.Cast<byte, T>(labels.bytes), shape, overlap, prediction, Floats(p), get_num_threads());
    });

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private sealed record Counts(float[] Target, float[] Counted);
}
