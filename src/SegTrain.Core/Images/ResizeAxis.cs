namespace SegTrain.Core.Images;

/// <summary>For each output position the input positions that count, with whole-number weights that always add up to <see cref="Total"/>.</summary>
internal sealed class ResizeAxis
{
    private readonly int[] _first;
    private readonly int[] _start;
    private readonly double[] _weights;

    public ResizeAxis(int from, int to)
    {
        var weights = new List<double>(from + (2 * to));
        (_first, _start) = (new int[to], new int[to + 1]);
        for (var i = 0; i < to; i++)
        {
            _first[i] = from >= to ? Cover(i, from, to, weights) : Between(i, from, to, weights);
            _start[i + 1] = weights.Count;
        }

        (_weights, Total) = ([.. weights], from >= to ? from : 2L * to);
    }

    public long Total { get; }

    public int First(int at) => _first[at];

    public ReadOnlySpan<double> Weights(int at) => _weights.AsSpan(_start[at].._start[at + 1]);

    // In units of 1 / to of an input pixel, the output covers [i * from, (i + 1) * from) and input j covers [j * to, (j + 1) * to).
    private static int Cover(int i, long from, long to, List<double> weights)
    {
        var (start, end) = (i * from, (i + 1) * from);
        var (first, last) = (start / to, (end - 1) / to);
        for (var j = first; j <= last; j++)
            weights.Add(Math.Min(end, (j + 1) * to) - Math.Max(start, j * to));
        return (int)first;
    }

    // The output's centre lies at ((2i + 1) * from - to) / 2to, counted from the centre of input 0.
    private static int Between(int i, long from, long to, List<double> weights)
    {
        var centre = (((2L * i) + 1) * from) - to;
        var first = Math.Clamp((long)Math.Floor(centre / (2.0 * to)), 0, from - 1);
        var right = Math.Clamp(centre - (first * 2 * to), 0, 2 * to);
        weights.Add((2 * to) - right);
        if (first < from - 1)
            weights.Add(right);
        else
            weights[^1] = 2 * to;
        return (int)first;
    }
}
