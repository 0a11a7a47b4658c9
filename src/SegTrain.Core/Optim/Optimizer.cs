using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>One step of training once the gradients are there: weight decay, then the rule of the table.</summary>
internal sealed class Optimizer : IDisposable
{
    private readonly IUpdateRule _rule;
    private readonly Tensor _values;
    private readonly Tensor _gradients;
    private readonly double _decay;
    private readonly bool _decoupled;

    /// <param name="config">Which rule, and its numbers.</param>
    /// <param name="values">All weights, one dimension.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="decaying">How many of them, from the first on, decay.</param>
    /// <exception cref="SegTrainException">There is no such rule.</exception>
    public Optimizer(OptimizerConfig config, Tensor values, Tensor gradients, long decaying)
    {
        var row = OptimizerCatalog.Named(config.Name);
        using var scope = NewDisposeScope();
        _rule = row.Make(row.Complete(config), values, gradients);
        foreach (var (_, tensor) in _rule.State) tensor.DetachFromDisposeScope();
        _values = values.narrow(0, 0, decaying).DetachFromDisposeScope();
        _gradients = gradients.narrow(0, 0, decaying).DetachFromDisposeScope();
        (_decay, _decoupled) = (config.WeightDecay, row.Decoupled);
    }

    /// <inheritdoc cref="IUpdateRule.State"/>
    public IReadOnlyList<(string Name, Tensor Value)> State => _rule.State;

    /// <inheritdoc cref="IUpdateRule.Step"/>
    public void Step(double learningRate, long step)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        if (_decay > 0 && _decoupled) _values.Times_(1 - learningRate * _decay);
        else if (_decay > 0) _gradients.add_(_values, Num(_decay));
        _rule.Step(learningRate, step);
    }

    public void Dispose()
    {
        foreach (var (_, tensor) in _rule.State) tensor.Dispose();
        _values.Dispose();
        _gradients.Dispose();
    }
}
