using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment;

internal static class QuarterTurn
{
    public static readonly AugmentationRow Row = new("quarter_turns", static config => config.QuarterTurns, Apply);

    private static SampleView Apply(SampleView view, AugmentConfig config, ref CounterRandom random)
    {
        for (var turns = random.NextInt(4); turns > 0; turns--)
            view = view.TurnLeft();
        return view;
    }
}
