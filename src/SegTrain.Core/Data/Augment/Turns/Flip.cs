using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Turns;

internal sealed class FlipHorizontal : ITurn
{
    public SampleView Apply(SampleView view, ref CounterRandom random) => random.NextBool() ? view.MirrorLeftRight() : view;
}

internal sealed class FlipVertical : ITurn
{
    public SampleView Apply(SampleView view, ref CounterRandom random) => random.NextBool() ? view.MirrorTopBottom() : view;
}
