using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>
/// Sums over the pixels that count, one for every image and class (N, C): the overlap I of prediction and target, the prediction P, the
/// target T. True positives are I, false positives P - I, false negatives T - I.
/// </summary>
/// <param name="Overlap">I.</param>
/// <param name="Prediction">P.</param>
/// <param name="Target">T.</param>
/// <param name="Pixels">Number of pixels that count, (N, C) or (N, 1); null when all do.</param>
/// <param name="AllPixels">Number of all pixels of a row.</param>
public sealed record RegionSums(Tensor Overlap, Tensor Prediction, Tensor Target, Tensor? Pixels, long AllPixels)
{
    /// <summary>Whether every T is known to be above 0, so that nothing need be done for empty classes.</summary>
    internal bool NoneEmpty { get; private init; }

    /// <summary>Whether every T is known to be below the number of pixels that count.</summary>
    internal bool NoneFull { get; private init; }

    /// <summary>Number of pixels that count, (N, C), (N, 1) or one number.</summary>
    internal Tensor PixelCount => Pixels ?? tensor((double)AllPixels, Overlap.dtype, Overlap.device);

    /// <summary>Mean of the prediction over the pixels that count, 0 where none does.</summary>
    public Tensor MeanPrediction => Prediction / (Pixels?.clamp_min(One) ?? PixelCount);

    /// <summary>The sums of background and foreground (N, 2) of a binary task, whose sums are those of the foreground.</summary>
    internal RegionSums WithBackground()
    {
        var outside = PixelCount - Target;
        // Grouped so that a target that fills the image leaves exactly nothing.
        return this with
        {
            Overlap = cat([outside - (Prediction - Overlap), Overlap], 1),
            Prediction = cat([PixelCount - Prediction, Prediction], 1),
            Target = cat([outside, Target], 1),
            NoneEmpty = NoneEmpty && NoneFull,
            NoneFull = NoneEmpty && NoneFull,
        };
    }

    /// <summary>The sums of a batch, (1, C): all images as one.</summary>
    public RegionSums OverBatch() =>
        new(Total(Overlap), Total(Prediction), Total(Target), Pixels is null ? null : Total(Pixels), AllPixels * Overlap.shape[0])
        {
            NoneEmpty = NoneEmpty,
            NoneFull = NoneFull,
        };

    internal static RegionSums Of(LossInput input, Overlap overlap) => Of(input, input.Probabilities, overlap);

    /// <summary>The sums of other probabilities; a plane of theirs is 0 where a pixel is ignored, a softmax need not be.</summary>
    internal static RegionSums Of(LossInput input, Tensor p, Overlap overlap)
    {
        if (InOneWalk(input, p) is { } sums) return sums;
        if (input.Kind == TargetKind.ClassIndex && p.device_type == DeviceType.CPU) return ByClass(input, p);
        var t = input.Planes;
        // Given back at once: the gradient does not need it, and what is made next finds its memory in the cache.
        using var both = input.IsHard || overlap == Losses.Overlap.Product ? p * t : p.minimum(t);
        var sizes = input.Sizes;
        var target = sizes is null ? t.sum(2) : input.Constant(sizes, p.shape[0], -1);
        return new RegionSums(both.sum(2), Predicted(input, p), target, input.ValidCount, p.shape[2])
        {
            NoneEmpty = sizes?.All(size => size > 0) ?? false,
            NoneFull = input.Valid is null && (sizes?.All(size => size < p.shape[2]) ?? false),
        };
    }

    /// <summary>The same by a kernel; null where there is none for the device, the types or the size.</summary>
    private static RegionSums? InOneWalk(LossInput input, Tensor p)
    {
        if (input.Labels is not { } labels || p.dtype != float32 || p.device_type != DeviceType.CPU || p.NumberOfElements > int.MaxValue / sizeof(float)) return null;
        var (sums, target, counted) = RegionSumsFunction.Of(p, labels, input.IsMasked ? input.Task.IgnoreIndex : null);
        return new RegionSums(sums[0], sums[1], tensor(target, sums[0].shape), input.IsMasked ? tensor(counted, [p.shape[0], labels.shape[1]]) : null, p.shape[2])
        {
            NoneEmpty = target.All(static size => size > 0),
            NoneFull = !input.IsMasked && target.All(size => size < p.shape[2]),
        };
    }

    /// <summary>
    /// Picks the probability of each pixel's class and adds it to the sum of that class: a small part of the memory traffic of one plane a
    /// class. Added up in float64, because it is added one by one.
    /// </summary>
    private static RegionSums ByClass(LossInput input, Tensor p)
    {
        var (n, classes) = (p.shape[0], p.shape[1]);
        var index = input.ClassIndex.reshape(n, -1);
        var picked = input.AtTarget(p).reshape(n, -1);
        var count = input.Valid?.reshape(n, -1) ?? ones_like(picked);
        var nothing = zeros([n, classes], float64);
        return new RegionSums(
            nothing.scatter_add(1, index, (input.Valid is null ? picked : picked * count).to(float64)).to(p.dtype),
            Predicted(input, p),
            nothing.scatter_add(1, index, count.to(float64)).to(p.dtype),
            input.ValidCount,
            p.shape[2]);
    }

    // A sigmoid is 0 already where a pixel is ignored; a softmax is not.
    internal static Tensor Predicted(LossInput input, Tensor p) =>
        input.Task.Mode == SegmentationMode.Multiclass && input.Valid is { } valid ? (p * valid).sum(2) : p.sum(2);

    private static Tensor Total(Tensor sums) => sums.sum(0, keepdim: true);
}
