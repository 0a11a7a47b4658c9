using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment;

internal static class Flip
{
    public static readonly AugmentationRow Horizontal = new("flip_horizontal", static config => config.FlipHorizontal, LeftRight);

    public static readonly AugmentationRow Vertical = new("flip_vertical", static config => config.FlipVertical, TopBottom);

    private static SampleView LeftRight(SampleView view, AugmentConfig config, ref CounterRandom random) =>
        random.NextBool() ? view.MirrorLeftRight() : view;

    private static SampleView TopBottom(SampleView view, AugmentConfig config, ref CounterRandom random) =>
        random.NextBool() ? view.MirrorTopBottom() : view;
}
