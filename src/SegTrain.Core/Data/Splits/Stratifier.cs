using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Splits;

/// <summary>What stays together.</summary>
/// <param name="Pairs">How many pairs it is.</param>
/// <param name="Labels">The classes that are present in any of them, from 0 on.</param>
internal readonly record struct SplitUnit(int Pairs, IReadOnlyList<int> Labels);

/// <summary>
/// Iterative stratification: the rarest class first, each unit goes to the part that lacks most of that class, or else most pairs; chance
/// decides where parts lack the same. Without labels the parts have the wanted sizes exactly, as far as the units allow.
/// </summary>
/// <remarks>K. Sechidis, G. Tsoumakas, I. Vlahavas: On the stratification of multi-label data. ECML PKDD 2011, doi:10.1007/978-3-642-23808-6_10.</remarks>
internal sealed class Stratifier
{
    private readonly IReadOnlyList<SplitUnit> _units;
    private readonly int[] _parts;
    private readonly int[] _sizes;
    private readonly int[] _waiting;

    // Of each part, pairs with each label, and pairs at all in the last place.
    private readonly double[][] _lacking;
    private int _left;

    private Stratifier(IReadOnlyList<SplitUnit> units, IReadOnlyList<double> wanted)
    {
        _units = units;
        _left = units.Count;
        _parts = [.. Enumerable.Repeat(-1, units.Count)];
        _sizes = new int[wanted.Count];
        _waiting = new int[units.SelectMany(static unit => unit.Labels).DefaultIfEmpty(-1).Max() + 1];
        var pairs = new long[_waiting.Length];
        foreach (var unit in units)
        {
            foreach (var label in unit.Labels)
            {
                _waiting[label]++;
                pairs[label] += unit.Pairs;
            }
        }

        var all = wanted.Sum();
        _lacking = [.. wanted.Select(part => pairs.Select(count => count * part / all).Append(part).ToArray())];
    }

    /// <param name="units">At least as many as parts.</param>
    /// <param name="wanted">Pairs that each part should have; they add up to all pairs. No part stays empty.</param>
    /// <param name="random">Decides ties.</param>
    /// <returns>The part of each unit.</returns>
    public static int[] Assign(IReadOnlyList<SplitUnit> units, IReadOnlyList<double> wanted, CounterRandom random)
    {
        var order = Enumerable.Range(0, units.Count).ToArray();
        random.Shuffle(order);

        // Large ones first, while there is room to make up for them.
        order = [.. order.OrderByDescending(i => units[i].Pairs)];
        var stratifier = new Stratifier(units, wanted);
        while (stratifier.Rarest() is { } label)
        {
            foreach (var unit in order.Where(i => units[i].Labels.Contains(label)))
                stratifier.Place(unit, label, ref random);
        }

        foreach (var unit in order)
            stratifier.Place(unit, stratifier._waiting.Length, ref random);
        return stratifier._parts;
    }

    private int? Rarest() => Enumerable.Range(0, _waiting.Length).Where(label => _waiting[label] > 0).OrderBy(label => _waiting[label])
        .Select(static label => (int?)label).FirstOrDefault();

    private void Place(int unit, int label, ref CounterRandom random)
    {
        if (_parts[unit] >= 0)
            return;
        var mustFill = _left == _sizes.Count(static size => size == 0);
        var open = Enumerable.Range(0, _sizes.Length).Where(part => !mustFill || _sizes[part] == 0).ToList();
        var most = open.Max(part => (_lacking[part][label], _lacking[part][^1]));
        var best = open.FindAll(part => (_lacking[part][label], _lacking[part][^1]) == most);
        var chosen = best.Count == 1 ? best[0] : best[random.NextInt(best.Count)];
        _parts[unit] = chosen;
        _sizes[chosen]++;
        _left--;
        _lacking[chosen][^1] -= _units[unit].Pairs;
        foreach (var present in _units[unit].Labels)
        {
            _lacking[chosen][present] -= _units[unit].Pairs;
            _waiting[present]--;
        }
    }
}
