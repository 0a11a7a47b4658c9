using SegTrain.Core.Data;
using SegTrain.Core.Randomness;
using SegTrain.Losses;

namespace SegTrain.Core.Calibrate;

/// <summary>A sample of a set's pixels that fits in memory however large the set is: as many of each image, spread over all of it, the same ones for the same seed.</summary>
internal sealed class PixelSample
{
    /// <summary>Pixels at most. A temperature's error falls with their root and is far below its use long before.</summary>
    public const int MostPixels = 2_000_000;

    // 128 MB.
    private const int MostLogits = 32_000_000;

    private readonly SegmentationMode _mode;
    private readonly int _outputs;
    private readonly int _most;
    private readonly ulong _seed;
    private int _images;

    /// <param name="mode">What the logits are.</param>
    /// <param name="outputs">Logits of a pixel.</param>
    /// <param name="images">In the set.</param>
    /// <param name="seed">Decides which pixels.</param>
    public PixelSample(SegmentationMode mode, int outputs, int images, long seed)
    {
        (_mode, _outputs, _seed) = (mode, outputs, (ulong)seed);
        _most = Math.Max(1, Math.Min(MostPixels, MostLogits / outputs) / images);
        Columns = mode == SegmentationMode.Multiclass ? [new(outputs)] : [.. Enumerable.Range(0, outputs).Select(static _ => new LogitColumn(1))];
    }

    /// <summary>One, or of labels one each.</summary>
    public IReadOnlyList<LogitColumn> Columns { get; }

    /// <summary>Drawn so far, those without a target among them.</summary>
    public int Pixels { get; private set; }

    /// <param name="logits">Of an image, output by output.</param>
    /// <param name="targets">A class a pixel; of labels 0 and 1, label by label; or <see cref="ClassList.Ignore"/>.</param>
    public void Add(ReadOnlySpan<float> logits, ReadOnlySpan<byte> targets)
    {
        var pixels = logits.Length / _outputs;
        var random = new CounterRandom(_seed, RandomStream.Calibration, 0, _images++);
        var drawn = Math.Min(pixels, _most);
        for (var i = 0; i < drawn; i++)
        {
            // One of each of as many stretches of equal length.
            var (from, to) = ((long)pixels * i / drawn, (long)pixels * (i + 1) / drawn);
            Add(logits, targets, (int)from + random.NextInt((int)(to - from)), pixels);
        }
        Pixels += drawn;
    }

    private void Add(ReadOnlySpan<float> logits, ReadOnlySpan<byte> targets, int pixel, int pixels)
    {
        for (var c = 0; c < Columns.Count; c++)
        {
            var target = targets[(c * pixels) + pixel];
            if (target == ClassList.Ignore) continue;
            Columns[c].Targets.Add(target);
            if (_mode != SegmentationMode.Multiclass) Columns[c].Logits.Add(logits[(c * pixels) + pixel]);
            else for (var k = 0; k < _outputs; k++) Columns[c].Logits.Add(logits[(k * pixels) + pixel]);
        }
    }
}
