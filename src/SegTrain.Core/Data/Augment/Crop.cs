using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment;

/// <summary>A window at a random place. Along a side on which the image is smaller, the image lies at a random place in the window.</summary>
internal static class Crop
{
    public static readonly AugmentationRow Row = new("crop", static config => config.Crop.Count == 2, Apply);

    private static SampleView Apply(SampleView view, AugmentConfig config, ref CounterRandom random)
    {
        var (width, height) = (config.Crop[0], config.Crop[1]);
        var left = Start(view.Width - width, ref random);
        var top = Start(view.Height - height, ref random);
        return view.Crop(left, top, width, height);
    }

    private static int Start(int room, ref CounterRandom random) => Math.Sign(room) * random.NextInt(Math.Abs(room) + 1);
}
