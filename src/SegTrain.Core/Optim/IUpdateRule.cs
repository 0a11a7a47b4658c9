using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>Moves the flat values of a net along its flat gradients; weight decay has been seen to.</summary>
internal interface IUpdateRule
{
    /// <summary>What a checkpoint keeps besides the weights: name and tensor, each as long as the weights.</summary>
    IReadOnlyList<(string Name, Tensor Value)> State { get; }

    /// <summary>Runs without gradients, in a dispose scope of its own.</summary>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="step">How often the weights have moved before, from 0; a resumed run goes on where it was.</param>
    void Step(double learningRate, long step);
}
