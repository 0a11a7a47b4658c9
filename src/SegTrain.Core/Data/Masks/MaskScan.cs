using SegTrain.Core.Data.Layout;

namespace SegTrain.Core.Data.Masks;

/// <param name="Index">An index of the samples' targets: a class, a combination of classes or <see cref="ClassList.Ignore"/>.</param>
/// <param name="Pixels">How often it stands in the mask.</param>
internal readonly record struct ClassCount(byte Index, int Pixels);

/// <summary>What stands in one mask.</summary>
/// <param name="Pair">Whose mask it is.</param>
/// <param name="Classes">By class index; values of no class that are not let pass are left out.</param>
/// <param name="Strays">The most frequent values of no class, most frequent first.</param>
/// <param name="StrayPixels">Pixels of all values of no class.</param>
internal sealed record MaskScan(CheckedPair Pair, IReadOnlyList<ClassCount> Classes, IReadOnlyList<ValueCount> Strays, int StrayPixels)
{
    /// <summary>More are not kept of a file, so that a folder of photographs does not fill the memory.</summary>
    public const int MaxStrays = 16;

    private const int MaxValues = 1 << 16;

    /// <param name="pair">Whose mask it is.</param>
    /// <param name="map">The classes.</param>
    /// <param name="values">The mask's runs or the counts of its values.</param>
    public static MaskScan Of(CheckedPair pair, ClassMap map, IEnumerable<ValueCount> values)
    {
        Span<int> pixels = stackalloc int[ClassList.Ignore + 1];
        pixels.Clear();
        Dictionary<int, ValueCount>? strays = null;
        var strayPixels = 0;
        foreach (var value in values)
        {
            if (map[value.Value] is { } index)
                pixels[index] += value.Count;
            if (!map.IsStray(value.Value))
                continue;
            strayPixels += value.Count;
            strays ??= [];
            if (strays.TryGetValue(value.Value, out var before))
                strays[value.Value] = before with { Count = before.Count + value.Count };
            else if (strays.Count < MaxValues)
                strays[value.Value] = value;
        }

        var classes = new List<ClassCount>();
        for (var index = 0; index < pixels.Length; index++)
        {
            if (pixels[index] > 0)
                classes.Add(new((byte)index, pixels[index]));
        }

        return new(
            pair, classes.ToArray(), strays is null ? [] : [.. strays.Values.OrderByDescending(static stray => stray.Count).ThenBy(static stray => stray.First).Take(MaxStrays)], strayPixels);
    }

    /// <summary>Of a mask without strays; counts of one index are added up.</summary>
    public static MaskScan Of(CheckedPair pair, IEnumerable<ClassCount> counts) => new(
        pair, [.. counts.GroupBy(static count => count.Index).Select(static group => new ClassCount(group.Key, group.Sum(static count => count.Pixels)))], [], 0);

    /// <summary>The pixels of each class index, <see cref="ClassList.Ignore"/> last, over all the masks.</summary>
    public static long[] Sum(IEnumerable<MaskScan> scans)
    {
        var sums = new long[ClassList.Ignore + 1];
        foreach (var (index, pixels) in scans.SelectMany(static scan => scan.Classes))
            sums[index] += pixels;
        return sums;
    }
}
