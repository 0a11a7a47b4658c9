using System.Buffers;
using SegTrain.Core.Data.Layout;

namespace SegTrain.Core.Data.Masks;

/// <summary>The classes of a pixel as a set of bits, from one mask file a class; a pixel may be in several classes or none.</summary>
internal sealed class PlaneMap(IReadOnlyList<ClassConfig> classes, IReadOnlyList<string> ignored, double tolerance)
{
    public const int MaxClasses = 63;

    /// <summary>The bit of pixels that any of the files has at an ignored value.</summary>
    public const ulong Ignored = 1ul << MaxClasses;

    private readonly IReadOnlyList<ValueRange?> _ranges = [.. classes.Select(static item => item.Value is { } value ? ValueRange.Parse(value) : (ValueRange?)null)];

    private readonly IReadOnlyList<ValueRange> _ignored = [.. ignored.Select(ValueRange.Parse)];

    /// <summary>What <paramref name="make"/> makes of the sets of all pixels; the span is used again afterwards.</summary>
    public T Read<T>(CheckedPair pair, int width, int height, Func<ReadOnlySpan<ulong>, T> make)
    {
        var pixels = width * height;
        var sets = ArrayPool<ulong>.Shared.Rent(pixels);
        try
        {
            sets.AsSpan(0, pixels).Clear();
            for (var label = 0; label < _ranges.Count; label++)
            {
                if (pair.Pair.Planes![label] is { } file)
                    Add(label, MaskValue.Runs(MaskReader.Decode(pair, file, width, height)), sets);
            }

            return make(sets.AsSpan(0, pixels));
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(sets);
        }
    }

    private void Add(int label, IEnumerable<ValueCount> runs, ulong[] sets)
    {
        foreach (var (value, count, first) in runs)
        {
            var bits = _ignored.Any(range => range.Distance(value) <= tolerance) ? Ignored : Has(label, value) ? 1ul << label : 0;
            for (var pixel = first; bits != 0 && pixel < first + count; pixel++)
                sets[pixel] |= bits;
        }
    }

    private bool Has(int label, int value) =>
        _ranges[label] is { } range ? range.Distance(value) <= tolerance : MaskValue.Distance(0, value) > tolerance;
}
