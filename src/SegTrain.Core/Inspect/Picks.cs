using SegTrain.Core.Data.Layout;

namespace SegTrain.Core.Inspect;

/// <summary>A pair worth looking at.</summary>
/// <param name="Pair">The files.</param>
/// <param name="Split">Where it belongs.</param>
/// <param name="Reason">Why this one.</param>
internal sealed record Pick(CheckedPair Pair, Split Split, string Reason)
{
    private const int First = 8;
    private const int PerClass = 2;
    private const int MostClasses = 20;
    private const int Suspicious = 12;

    /// <summary>The suspicious pairs, and for each class those with most of it, or the first ones where no classes are known. A pair is picked once.</summary>
    /// <param name="seen">The masks and their classes.</param>
    /// <param name="suspects">Names of suspicious pairs, each with what is odd about it.</param>
    public static IReadOnlyList<Pick> Choose(Observations seen, IReadOnlyDictionary<string, string> suspects)
    {
        var odd = seen.Pairs.Where(item => suspects.ContainsKey(item.Pair.Pair.Name)).Take(Suspicious)
            .Select(item => new Pick(item.Pair, item.Split, suspects[item.Pair.Pair.Name]));
        var typical = seen.Survey is not { Classes: var classes }
            ? seen.Pairs.Take(First).Select(static item => new Pick(item.Pair, item.Split, "one of the first"))
            : classes.Items.Take(MostClasses).SelectMany((item, index) => seen.AllMasks
                .Select(mask => (mask.Scan, mask.Split, Share: (double)ClassTable.Count(mask.Scan, index, classes) / Observations.Pixels(mask.Scan)))
                .Where(static mask => mask.Share > 0).OrderByDescending(static mask => mask.Share).Take(PerClass)
                .Select(mask => new Pick(mask.Scan.Pair, mask.Split, $"{mask.Share:0.#%} {item.Name}")));
        return [.. odd.Concat(typical).GroupBy(static pick => pick.Pair.Pair.Name)
            .Select(static same => same.First() with { Reason = string.Join("; ", same.Select(static pick => pick.Reason)) })];
    }
}
