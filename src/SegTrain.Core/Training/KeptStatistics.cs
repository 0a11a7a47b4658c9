using SegTrain.Core.Models;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>
/// A net's buffers, the running statistics of batch norms, as they were before a step: a forward pass updates them from the batch before
/// anybody can know that its numbers are not finite.
/// </summary>
internal sealed class KeptStatistics : IDisposable
{
    private readonly (Tensor Net, Tensor Kept)[] _pairs;

    public KeptStatistics(ParameterSet net)
    {
        using var _ = no_grad();
        _pairs = [.. net.Buffers.Select(static buffer => (buffer.Value, buffer.Value.clone().DetachFromDisposeScope()))];
    }

    public void Keep()
    {
        using var _ = no_grad();
        foreach (var (net, kept) in _pairs) kept.copy_(net);
    }

    public void PutBack()
    {
        using var _ = no_grad();
        foreach (var (net, kept) in _pairs) net.copy_(kept);
    }

    public void Dispose()
    {
        foreach (var (_, kept) in _pairs) kept.Dispose();
    }
}
