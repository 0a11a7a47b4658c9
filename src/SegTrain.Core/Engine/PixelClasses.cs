using SegTrain.Kernels;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine;

/// <summary>Classes of pixels from what a net says of them: of float32 on a CPU by kernels of ours, LibTorch's argmax over eleven planes of 480 x 360 takes fifty times as long.</summary>
internal static unsafe class PixelClasses
{
    /// <param name="values">(N, C, H, W), of up to 256 planes.</param>
    /// <returns>The plane of the largest, the first of equal ones: (N, H, W), uint8, in the caller's dispose scope.</returns>
    public static Tensor Largest(Tensor values)
    {
        if (!DenseMemory.IsOurs(values)) return values.argmax(1).to(uint8);
        using var dense = values.contiguous();
        var (images, planes, height, width) = (values.shape[0], values.shape[1], values.shape[2], values.shape[3]);
        var classes = empty([images, height, width], uint8);
        ClassOfPixel.Largest(images, (int)planes, height * width, DenseMemory.Floats(dense), DenseMemory.Bytes(classes), get_num_threads());
        return classes;
    }

    /// <param name="values">Any shape.</param>
    /// <param name="limit">What is to be exceeded.</param>
    /// <returns>1 where it is, else 0: the same shape, uint8, in the caller's dispose scope.</returns>
    public static Tensor Above(Tensor values, double limit)
    {
        if (!DenseMemory.IsOurs(values))
        {
            using var scalar = Passing(limit);
            return values.gt(scalar).to(uint8);
        }
        using var dense = values.contiguous();
        var above = empty(values.shape, uint8);
        ClassOfPixel.Above(dense.NumberOfElements, (float)limit, DenseMemory.Floats(dense), DenseMemory.Bytes(above), get_num_threads());
        return above;
    }
}
