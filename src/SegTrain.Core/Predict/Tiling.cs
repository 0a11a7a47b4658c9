namespace SegTrain.Core.Predict;

/// <summary>
/// How one side of an image is cut into tiles: each overlaps the next by half at least, spread evenly, the last flush with the end, and pixels near a tile's
/// edge, whose surroundings the net did not see, count less. The tiles of an image are the product of its sides' tilings, and so are their weights.
/// </summary>
internal sealed class Tiling
{
    // As nnU-Net and MONAI have it: an edge is four deviations from the middle.
    private const double Deviations = 8;

    private readonly float[] _weights;

    /// <param name="length">Pixels of the side.</param>
    /// <param name="tile">Pixels of a tile; a shorter side is one tile of its own length.</param>
    public Tiling(int length, int tile)
    {
        Size = Math.Min(length, tile);
        var gaps = length > tile ? (length - tile + (tile / 2) - 1) / (tile / 2) : 0;
        Starts = [.. Enumerable.Range(0, gaps + 1).Select(i => gaps == 0 ? 0 : (int)((long)i * (length - tile) / gaps))];
        var (middle, sigma) = ((Size - 1) / 2.0, Size / Deviations);
        _weights = [.. Enumerable.Range(0, Size).Select(x => gaps == 0 ? 1 : (float)Math.Exp(-0.5 * Math.Pow((x - middle) / sigma, 2)))];
        Sums = new float[length];
        foreach (var start in Starts)
        {
            for (var x = 0; x < Size; x++) Sums[start + x] += _weights[x];
        }
    }

    /// <summary>Pixels of every tile.</summary>
    public int Size { get; }

    /// <summary>The first pixel of each.</summary>
    public IReadOnlyList<int> Starts { get; }

    /// <summary>What each pixel of a tile counts.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>What the tiles over each pixel of the side count together.</summary>
    public float[] Sums { get; }
}
