using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Turns;

internal sealed class QuarterTurn : ITurn
{
    public SampleView Apply(SampleView view, ref CounterRandom random)
    {
        for (var turns = random.NextInt(4); turns > 0; turns--)
            view = view.TurnLeft();
        return view;
    }
}
