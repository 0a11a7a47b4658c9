using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>The steps J(i) - J(i-1) of <see cref="Lovasz"/>, at the places of their pixels: the gradient of the Lovasz extension.</summary>
internal static class LovaszSteps
{
    /// <summary>One sort for all classes and images.</summary>
    /// <param name="errors">(N, C, P), 0 and up, 0 where a pixel is ignored; without gradient.</param>
    /// <param name="inside">The target, 0 and 1 (N, C, P).</param>
    /// <param name="reduction">Whether images are sorted by themselves or all pixels of the batch together.</param>
    /// <returns>The steps (N, C, P), and the size of each class in the target, (N, C) or (1, C).</returns>
    internal static (Tensor Steps, Tensor Sizes) Of(Tensor errors, Tensor inside, LossReduction reduction)
    {
        var (n, c) = (errors.shape[0], errors.shape[1]);
        if (reduction == LossReduction.Image) return (OfRows(errors, inside), inside.sum(2));
        var (manyErrors, manyInside) = (AsOneImage(errors), AsOneImage(inside));
        return (OfRows(manyErrors, manyInside).reshape(c, n, -1).transpose(0, 1), manyInside.sum(2));
    }

    private static Tensor OfRows(Tensor errors, Tensor inside) =>
        errors.dtype == float32 && errors.device_type == DeviceType.CPU && errors.NumberOfElements * sizeof(float) <= int.MaxValue
            ? LovaszRadix.Steps(errors.contiguous(), inside.contiguous())
            : Sorted(errors, inside);

    /// <summary>
    /// With G pixels inside, k of them among the first i: the union after i is u = G + i - k. A pixel inside takes 1 / u, one outside
    /// (G - k) / (u (u - 1)): the differences of J without their cancellation, from whole counts.
    /// </summary>
    private static Tensor Sorted(Tensor errors, Tensor inside)
    {
        var order = errors.sort(2, descending: true).Indices;
        var isInside = inside.gather(2, order);
        var total = inside.sum(2, keepdim: true, ScalarType.Int64);
        var left = total - isInside.cumsum(2, ScalarType.Int64);
        var union = left.Plus(Range(errors.shape[2], int64, errors.device) + One).to(errors.dtype);
        var outside = left.to(errors.dtype) / (union - One).clamp_min(One);
        var steps = outside.Plus(isInside * (One - outside)) / union;
        // An absent class: all of J's rise is in the first step.
        steps.narrow(2, 0, 1).Plus_(total.eq(Zero).to(errors.dtype));
        return empty(steps.shape, steps.dtype, steps.device).scatter_(2, order, steps);
    }

    private static Tensor AsOneImage(Tensor planes) => planes.transpose(0, 1).reshape(1, planes.shape[1], -1);
}
