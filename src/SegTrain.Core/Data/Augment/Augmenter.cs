using SegTrain.Core.Data.Augment.Pixels;
using SegTrain.Core.Data.Augment.Turns;
using SegTrain.Core.Data.Augment.Warps;
using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment;

/// <summary>What a configuration does to a sample: turns, a crop, at most one interpolation for all warps together, then colours.</summary>
internal sealed class Augmenter
{
    private readonly AugmentConfig _config;
    private readonly ITurn[] _turns;
    private readonly (IWarp Warp, double Strength)[] _warps;
    private readonly (IRetouch Retouch, double Strength)[] _retouches;

    public Augmenter(AugmentConfig config)
    {
        _config = config.WithPreset();
        var enabled = (
            from row in AugmentationTable.Rows
            let strength = row.Strength(_config)
            where strength > 0
            select (Augmentation: row.Preset.Make(), strength)).ToList();
        _turns = [.. enabled.Select(static row => row.Augmentation).OfType<ITurn>()];
        _warps = [.. Of<IWarp>()];
        _retouches = [.. Of<IRetouch>()];

        IEnumerable<(T, double)> Of<T>() => enabled.Where(static row => row.Augmentation is T).Select(static row => ((T)row.Augmentation!, row.strength));
    }

    /// <summary>How probable it is that a sample gets a part of another one.</summary>
    public double CutMix => _config.Cutmix!.Value;

    /// <summary>Turned and cropped; the rest is done while writing.</summary>
    public PreparedSample Prepare(Sample sample, CounterRandom random)
    {
        var view = SampleView.Whole(sample);
        foreach (var turn in _turns)
            view = turn.Apply(view, ref random);
        if (_config.Crop is [var width, var height])
            view = Crop.Place(view, width, height, _config.Foreground, ref random);
        return new(view, this, random);
    }

    /// <param name="view">What to write.</param>
    /// <param name="random">Where the draws of the sample go on.</param>
    /// <param name="planes">Channels x Height x Width, from 0 to 1.</param>
    /// <param name="target">Height x Width class indices.</param>
    public void Write(SampleView view, CounterRandom random, Span<float> planes, Span<byte> target)
    {
        if (_warps.Length > 0 && random.NextDouble() < _config.WarpProbability)
            WarpedView.Write(view, Draw(ref random), planes, target, ref random);
        else
            view.Write(planes, target);
        foreach (var (retouch, strength) in _retouches)
        {
            if (random.NextDouble() < _config.PixelProbability)
                retouch.Apply(new Picture(planes, target, view.Width, view.Height), strength, ref random);
        }
    }

    private Warp Draw(ref CounterRandom random)
    {
        var warp = Warp.None;
        foreach (var (row, strength) in _warps)
            warp = row.Draw(warp, strength, ref random);
        return warp;
    }
}
