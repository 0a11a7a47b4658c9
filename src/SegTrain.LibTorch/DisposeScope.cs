namespace TorchSharp;

/// <summary>Disposes, at its end, the tensors that were made in it on this thread and not moved out.</summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic]
    private static DisposeScope? s_current;

    // A tensor that was disposed or moved stays listed; its Owner tells.
    private readonly List<torch.Tensor> _tensors = [];
    private readonly DisposeScope? _outer = s_current;

    internal DisposeScope() => s_current = this;

    internal static DisposeScope? Current => s_current;

    internal DisposeScope? Outer => _outer;

    internal void Own(torch.Tensor tensor)
    {
        tensor.Owner = this;
        _tensors.Add(tensor);
    }

    public void Dispose()
    {
        s_current = _outer;
        foreach (var tensor in _tensors)
        {
            if (ReferenceEquals(tensor.Owner, this)) tensor.Dispose();
        }
        _tensors.Clear();
    }
}
