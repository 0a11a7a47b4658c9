using SegTrain.Core.Text;

namespace SegTrain.Core.Data;

/// <summary>Which samples stay in memory: as many as fit, training before validation, in their order. So it does not depend on chance.</summary>
/// <param name="mode">What <c>data.cache</c> says.</param>
/// <param name="bytes">What <c>data.cache_bytes</c> allows.</param>
internal sealed class CacheBudget(CacheMode mode, long bytes)
{
    // What the runtime spends on a sample besides its pixels: four objects and a place in a list.
    private const int Overhead = 200;

    private long _needed;
    private int _kept;
    private int _count;

    /// <summary>For the log.</summary>
    public string Summary => (mode, _kept) switch
    {
        (CacheMode.None, _) => "decoded anew in each epoch (data.cache: none)",
        _ when _kept == _count => "kept in memory once decoded",
        _ => $"{_kept} of {_count} kept in memory, the others decoded anew in each epoch (all need {ByteSize.Text(_needed)}; see data.cache_bytes)",
    };

    /// <summary>The source behind a cache of as many samples as the rest of the budget holds.</summary>
    /// <param name="source">Training first, then validation.</param>
    /// <param name="bytesPerPixel">Of an image.</param>
    /// <param name="bytesPerRow">Of what is kept besides for each row of a target.</param>
    public ISampleSource Cache(ISampleSource source, int bytesPerPixel, int bytesPerRow = 0)
    {
        var kept = 0;
        for (var i = 0; i < source.Count; i++)
        {
            var ((width, height), (targetWidth, targetHeight)) = (source.Size(i), source.TargetSize(i));
            _needed += ((long)width * height * bytesPerPixel) + (((long)targetWidth + bytesPerRow) * targetHeight) + Overhead;
            if (_needed <= bytes && mode != CacheMode.None)
                kept = i + 1;
        }

        (_kept, _count) = (_kept + kept, _count + source.Count);
        return kept == 0 ? source : new CachedSamples(source, kept);
    }

    /// <exception cref="SegTrainException">All samples were to be kept and do not fit.</exception>
    public void RefuseOverflow()
    {
        if (mode == CacheMode.Ram && _kept < _count)
        {
            throw new SegTrainException(
                ExitCode.Config,
                $"data.cache is ram, but the {_count} samples take {ByteSize.Text(_needed)} and data.cache_bytes is {ByteSize.Text(bytes)}; raise it, set data.cache to auto, or set data.resize");
        }
    }
}
