using SegTrain.Losses;

namespace SegTrain.Core.Data;

/// <param name="Name">As in metrics: val.iou[road].</param>
/// <param name="Value">The mask value as the configuration writes it.</param>
/// <param name="Color">Display colour '#RRGGBB'.</param>
/// <param name="Share">Its share of all mask pixels, ignored ones included; NaN before the masks were scanned.</param>
internal sealed record ClassInfo(string Name, string Value, string Color, double Share);

/// <summary>The classes in the order of their index.</summary>
/// <param name="Items">The first is the background; in a two-class task the second is the positive class.</param>
/// <param name="Ignored">Mask values left out of loss and metrics, as the configuration writes them.</param>
/// <param name="IgnoredShare">Their share of all mask pixels.</param>
internal sealed record ClassList(IReadOnlyList<ClassInfo> Items, IReadOnlyList<string> Ignored, double IgnoredShare)
{
    /// <summary>The class index of pixels that neither loss nor metrics see.</summary>
    public const byte Ignore = 255;

    /// <summary>One byte a pixel, less <see cref="Ignore"/> and the loader's own mark for values of no class.</summary>
    public const int MaxClasses = 254;

    public int Count => Items.Count;

    /// <summary>
    /// Null where each pixel has one class. Else pixels may have several labels: the loader's samples hold the number of a combination of
    /// them, and this has for each combination 1 for every label in it and 0 for the others.
    /// </summary>
    public IReadOnlyList<byte[]>? Combinations { get; init; }

    /// <summary>The classes that an index of a sample's target stands for.</summary>
    public IEnumerable<int> ClassesOf(byte index) => index == Ignore ? [] : Combinations is null ? [index] : Enumerable.Range(0, Count).Where(label => Combinations[index][label] != 0);

    /// <summary>Pixels of each class from those of each index of the samples' targets.</summary>
    public long[] ByClass(IReadOnlyList<long> byIndex)
    {
        var pixels = new long[Count];
        for (var index = 0; index < (Combinations?.Count ?? Count); index++)
        {
            foreach (var label in ClassesOf((byte)index))
                pixels[label] += byIndex[index];
        }

        return pixels;
    }

    public SegmentationMode Mode => Combinations is not null ? SegmentationMode.Multilabel : Items.Count == 2 ? SegmentationMode.Binary : SegmentationMode.Multiclass;

    public IReadOnlyList<string> Names => [.. Items.Select(static item => item.Name)];
}
