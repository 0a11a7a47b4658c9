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

    /// <summary>Draws all that is done to a sample.</summary>
    public PreparedSample Prepare(Sample sample, CounterRandom random) => Draw(Place(sample, ref random), ref random);

    /// <summary>Turned and cropped.</summary>
    public SampleView Place(Sample sample, ref CounterRandom random)
    {
        var view = SampleView.Whole(sample);
        foreach (var turn in _turns)
            view = turn.Apply(view, ref random);
        if (_config.Crop is [var width, var height])
            view = Crop.Place(view, width, height, _config.Foreground, ref random);
        return view;
    }

    /// <summary>All that is done after a view has its place.</summary>
    public PreparedSample Draw(SampleView view, ref CounterRandom random)
    {
        var warp = DrawWarp(ref random);
        var field = warp?.Bend > 0 ? ElasticField.Draw(view.Width, view.Height, warp.Value.Bend, ref random) : null;
        var retouches = new (IRetouch, Drawn?)[_retouches.Length];
        for (var i = 0; i < retouches.Length; i++)
        {
            var (retouch, strength) = _retouches[i];
            retouches[i] = (retouch, random.NextDouble() < _config.PixelProbability ? retouch.Draw(view.Width, view.Height, strength, ref random) : null);
        }

        return new(view) { Warp = warp, Field = field, Retouches = retouches };
    }

    private Warp? DrawWarp(ref CounterRandom random)
    {
        if (_warps.Length == 0 || random.NextDouble() >= _config.WarpProbability)
            return null;
        var warp = Warp.None;
        foreach (var (row, strength) in _warps)
            warp = row.Draw(warp, strength, ref random);
        return warp;
    }
}
