using System.Buffers;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Looks at the values of a target.</summary>
internal static class TargetValues
{
    /// <summary>
    /// Whether a pixel may be ignored. Bytes on the CPU are looked at, which takes microseconds, and refused when they are no class; of
    /// others only the type is, so that no device is waited for.
    /// </summary>
    internal static bool MayBeIgnored(LossTask task, Tensor targets)
    {
        if (!CanBeSeen(targets)) return task.IgnoreIndex is not null && targets.dtype != ScalarType.Bool;
        var values = targets.bytes;
        var last = (byte)Math.Min(Last(task, isIndex: true), byte.MaxValue);
        var ignored = task.IgnoreIndex is >= 0 and <= byte.MaxValue ? (byte)task.IgnoreIndex : (byte?)null;

        // Most batches have classes alone, and the search for a range is the fastest there is.
        if (!(ignored <= last) && !values.ContainsAnyExceptInRange((byte)0, last)) return false;
        var known = Enumerable.Range(0, last + 1).Select(value => (byte)value);
        var wrong = values.IndexOfAnyExcept(SearchValues.Create([.. known, ignored ?? 0]));
        if (wrong >= 0) throw Wrong(task, values[wrong], last);
        return ignored is { } value && values.Contains(value);
    }

    /// <summary>Refuses a value that is no class and is not ignored; waits for the device.</summary>
    internal static void Check(LossTask task, Tensor targets)
    {
        if (targets.dtype == ScalarType.Bool) return;
        using var scope = NewDisposeScope();
        var values = targets.reshape(-1).to(float64);
        if (task.IgnoreIndex is { } ignored) values = values.masked_fill(values.eq(Num(ignored)), Zero);
        var (least, most) = (-values.neg().amax(0).item<double>(), values.amax(0).item<double>());
        var last = Last(task, isIndex: targets.ndim == 3);
        if (least < 0 || most > last) throw Wrong(task, least < 0 ? least : most, last);
    }

    /// <summary>Number of pixels that are 1 in each plane of a target of planes; null where looking would wait for a device or take long.</summary>
    internal static double[]? Sizes(Tensor planes)
    {
        if (!CanBeSeen(planes)) return null;
        var values = planes.bytes;
        var pixels = (int)planes.shape[2];
        var sizes = new double[values.Length / pixels];
        for (var row = 0; row < sizes.Length; row++) sizes[row] = values.Slice(row * pixels, pixels).Count((byte)1);
        return sizes;
    }

    private static bool CanBeSeen(Tensor targets) =>
        targets.dtype == ScalarType.Byte && targets.device_type == DeviceType.CPU && targets.is_contiguous();

    private static int Last(LossTask task, bool isIndex) => isIndex && task.Mode == SegmentationMode.Multiclass ? task.Classes - 1 : 1;

    private static LossException Wrong(LossTask task, double value, int last)
    {
        var advice = value == 255 && last == 1
            ? "a 0/255 mask: divide it by 255"
            : "number the classes from 0, or name the value that is to be ignored";
        return new LossException($"a target has the value {value}, but this {task.ModeName} task has 0 to {last}: {advice}");
    }
}
