using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Turns;

/// <summary>Moves whole pixels and so changes none.</summary>
internal interface ITurn : IAugmentation
{
    SampleView Apply(SampleView view, ref CounterRandom random);
}
