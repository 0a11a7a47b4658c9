namespace SegTrain.Core.Predict;

/// <summary>
/// How one side of an image is cut into tiles: each overlaps the next by about half, spread evenly, and pixels near a tile's edge, whose surroundings the net did not
/// see, count less. Tiles begin where the net's poolings of the whole image would, or it would say something else of the same pixels. The tiles of an image are
/// the product of its sides' tilings, and so are their weights.
/// </summary>
internal sealed class Tiling
{
    // As nnU-Net and MONAI have it: an edge is four deviations from the middle.
    private const double Deviations = 8;

    private readonly float[] _weights;

    /// <param name="length">Pixels of the side.</param>
    /// <param name="tile">Pixels of a tile, a multiple of the stride; a shorter side is one tile of its own length.</param>
    /// <param name="stride">What tiles begin at multiples of.</param>
    public Tiling(int length, int tile, int stride)
    {
        Length = length;
        Size = Math.Min(length, tile);
        var (rest, step) = (length - Size, Math.Max(stride, tile / 2 / stride * stride));
        var gaps = (rest + step - 1) / step;
        // The last one reaches the end, and may be a little shorter.
        Starts = [.. Enumerable.Range(0, gaps + 1).Select(i => gaps == 0 ? 0 : (int)(((long)i * rest / gaps) + stride - 1) / stride * stride)];
        var (middle, sigma) = ((Size - 1) / 2.0, Size / Deviations);
        _weights = [.. Enumerable.Range(0, Size).Select(x => gaps == 0 ? 1 : (float)Math.Exp(-0.5 * Math.Pow((x - middle) / sigma, 2)))];
        Sums = new float[length];
        for (var i = 0; i < Starts.Count; i++)
        {
            for (var x = 0; x < SizeOf(i); x++) Sums[Starts[i] + x] += _weights[x];
        }
    }

    public int Length { get; }

    /// <summary>Pixels of a tile at most.</summary>
    public int Size { get; }

    /// <summary>The first pixel of each.</summary>
    public IReadOnlyList<int> Starts { get; }

    /// <summary>What the tiles over each pixel of the side count together.</summary>
    public float[] Sums { get; }

    /// <summary>Pixels of one.</summary>
    public int SizeOf(int index) => Math.Min(Size, Length - Starts[index]);

    /// <summary>What each pixel of it counts.</summary>
    public ReadOnlySpan<float> WeightsOf(int index) => _weights.AsSpan(0, SizeOf(index));
}
