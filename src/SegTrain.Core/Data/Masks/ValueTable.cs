using SegTrain.Core.Images;

namespace SegTrain.Core.Data.Masks;

/// <param name="Value">See <see cref="MaskValue"/>.</param>
/// <param name="Pixels">In all masks.</param>
/// <param name="Lossless">Whether it stands in a file that is no JPEG.</param>
internal readonly record struct ValueTotal(int Value, long Pixels, bool Lossless);

/// <summary>The values that stand in the masks of a set, before anything is known of classes. Filled in the order of the pairs.</summary>
internal sealed class ValueTable
{
    // A mask has no more colours than that, nor a whole set: photographs have, and of them no one wants to know all.
    private const int MaxPerMask = 1 << 16;
    private const int Max = 1 << 18;

    private readonly Dictionary<int, ValueTotal> _totals = [];

    public int Masks { get; private set; }

    /// <summary>False where counting stopped.</summary>
    public bool Complete { get; private set; } = true;

    public bool HasJpeg { get; private set; }

    /// <summary>By value: grey levels first.</summary>
    public IReadOnlyList<ValueTotal> Totals => [.. _totals.Values.OrderBy(static total => total.Value)];

    /// <summary>The values of one mask, as far as there are not too many.</summary>
    public static ValueCount[] Histogram(PixelImage mask)
    {
        var counts = new Dictionary<int, ValueCount>();
        foreach (var run in MaskValue.Runs(mask))
        {
            if (counts.TryGetValue(run.Value, out var before))
                counts[run.Value] = before with { Count = before.Count + run.Count };
            else if (counts.Count < MaxPerMask)
                counts[run.Value] = run;
        }

        return [.. counts.Values];
    }

    public void Add(ImageFormat format, IReadOnlyList<ValueCount> histogram)
    {
        Masks++;
        HasJpeg |= format == ImageFormat.Jpeg;
        Complete &= histogram.Count < MaxPerMask;
        foreach (var (value, count, _) in histogram)
        {
            if (_totals.TryGetValue(value, out var before))
                _totals[value] = new(value, before.Pixels + count, before.Lossless || format != ImageFormat.Jpeg);
            else if (_totals.Count < Max)
                _totals[value] = new(value, count, format != ImageFormat.Jpeg);
            else
                Complete = false;
        }
    }
}
