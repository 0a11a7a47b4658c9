using System.Runtime.InteropServices;
using SegTrain.LibTorch.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Losses;

public sealed partial record RegionSums
{
    // Of our own, in native/torch: sums of p inside the class and over all pixels, and the number of pixels inside, (N, C) each.
    private static readonly Operator s_regionSums = new("segtrain::region_sums");

    private static partial RegionSums? InOneWalk(LossInput input, Tensor p)
    {
        if (input.Labels is not { } labels || p.dtype != float32 || p.device_type != DeviceType.CPU) return null;
        const long Nothing = -1;
        var (overlap, prediction, target) = s_regionSums.CallTriple(p, labels, input.Valid is null ? Nothing : input.Task.IgnoreIndex!.Value);
        var sizes = MemoryMarshal.Cast<byte, float>(target.bytes).ToArray();
        return new RegionSums(overlap, prediction, target, input.ValidCount, p.shape[2])
        {
            NoneEmpty = sizes.All(static size => size > 0),
            NoneFull = input.Valid is null && sizes.All(size => size < p.shape[2]),
        };
    }
}
