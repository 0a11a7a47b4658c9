using SegTrain.Core.Models;
using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>
/// Exponential moving average of a net's weights and buffers (Polyak, Juditsky 1992; Tarvainen, Valpola 2017, arXiv:1703.01780):
/// a = d a + (1 - d) w with d = min(decay, (1 + t) / (10 + t)) after step t = 1, 2, ..., so that the first steps are soon forgotten.
/// </summary>
/// <example>decay 0.999, weight 1 before the first step and 2 after it: d = 2 / 11, a = 2 / 11 + 18 / 11 = 1.8182.</example>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;

    // Each tensor of the net with its average.
    private readonly (string Name, Tensor Net, Tensor Average)[] _pairs;

    /// <param name="net">Whose numbers are averaged.</param>
    /// <param name="decay">From 0 to below 1.</param>
    public WeightAverage(ParameterSet net, double decay)
    {
        using var _ = no_grad();
        _decay = decay;
        _pairs = [.. net.Buffers.Select(static buffer => (buffer.Name, buffer.Value)).Prepend(("weights", net.Values))
            .Select(static pair => (pair.Item1, pair.Item2, pair.Item2.clone().DetachFromDisposeScope()))];
    }

    /// <summary>What a checkpoint keeps besides the net's own numbers.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State => [.. _pairs.Select(static pair => ($"other.{pair.Name}", pair.Average))];

    /// <param name="step">How often the weights had moved before, from 0.</param>
    public void Follow(long step)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var decay = Math.Min(_decay, (step + 2.0) / (step + 11));
        foreach (var (_, net, average) in _pairs) average.Times_(decay).Plus_(net, 1 - decay);
    }

    /// <summary>Gives the net the average and keeps its own numbers; a second time puts them back.</summary>
    public void Exchange()
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (_, net, average) in _pairs)
        {
            var own = net.clone();
            net.copy_(average);
            average.copy_(own);
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, average) in _pairs) average.Dispose();
    }
}
