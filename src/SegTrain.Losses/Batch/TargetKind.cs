using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>How a target is given.</summary>
public enum TargetKind
{
    /// <summary>The class of every pixel (N, H, W).</summary>
    ClassIndex,

    /// <summary>One plane a channel of an integer or truth type; 1 is inside.</summary>
    HardPlanes,

    /// <summary>One plane a channel of a floating type, 0 to 1.</summary>
    SoftPlanes,
}

internal static class TargetKinds
{
    /// <summary>Looks at shapes and types only, never at values.</summary>
    internal static TargetKind Of(LossTask task, Tensor logits, Tensor targets)
    {
        if (!IsFloating(logits.dtype)) throw new LossException($"logits are {logits.dtype}: pass the floating output of the network");
        if (logits.ndim != 4 || logits.shape[1] != task.Channels)
        {
            throw new LossException(
                $"logits have shape {Text(logits)}: a {task.ModeName} task of {task.Classes} classes needs (N, {task.Channels}, H, W)");
        }
        var (n, h, w) = (logits.shape[0], logits.shape[2], logits.shape[3]);
        var isIndex = targets.shape.AsSpan().SequenceEqual([n, h, w]);
        var isPlanes = targets.shape.AsSpan().SequenceEqual(logits.shape);
        return (task.Mode, IsFloating(targets.dtype)) switch
        {
            (SegmentationMode.Binary, var soft) when isIndex || isPlanes => soft ? TargetKind.SoftPlanes : TargetKind.HardPlanes,
            (SegmentationMode.Multilabel, var soft) when isPlanes => soft ? TargetKind.SoftPlanes : TargetKind.HardPlanes,
            (SegmentationMode.Multiclass, false) when isIndex && targets.dtype is not (ScalarType.Bool or ScalarType.Int8) =>
                TargetKind.ClassIndex,
            (SegmentationMode.Multiclass, true) when isPlanes => TargetKind.SoftPlanes,
            _ => throw new LossException(
                $"targets are {targets.dtype} of shape {Text(targets)} for logits of shape {Text(logits)}: "
                + $"a {task.ModeName} task needs {Wanted(task)}"),
        };
    }

    private static string Wanted(LossTask task) => task.Mode switch
    {
        SegmentationMode.Binary => "(N, H, W) or (N, 1, H, W)",
        SegmentationMode.Multilabel => $"planes (N, {task.Channels}, H, W)",
        _ => $"class numbers (N, H, W) of type uint8 or int64, or floating probabilities (N, {task.Channels}, H, W)",
    };

    private static bool IsFloating(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    private static string Text(Tensor tensor) => $"({string.Join(", ", tensor.shape)})";
}
