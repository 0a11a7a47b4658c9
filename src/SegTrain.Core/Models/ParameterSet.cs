using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>
/// The numbers of a net. All that is trained lies in one flat tensor, and its gradients in another of the same layout: an optimizer step,
/// clipping, zeroing and (later) an all-reduce are a few operators over one array, whatever the number of layers.
/// </summary>
internal sealed class ParameterSet : IDisposable
{
    // 64 bytes, so that every layer's weights start on a cache line.
    private const long Alignment = 16;

    // LibTorch has one generator, and two nets may be made at once.
    private static readonly Lock s_drawing = new();

    private readonly List<Parameter> _trained = [];
    private readonly List<Parameter> _buffers = [];

    public IReadOnlyList<Parameter> Trained => _trained;

    public IReadOnlyList<Parameter> Buffers => _buffers;

    /// <summary>All trained values, float32, one dimension, with zeros between the layers.</summary>
    public Tensor Values { get; private set; } = null!;

    /// <summary>Their gradients, which backward passes add to.</summary>
    public Tensor Gradients { get; private set; } = null!;

    /// <summary>How many numbers are trained.</summary>
    public long Count => _trained.Sum(static parameter => parameter.Length);

    /// <summary>How many of <see cref="Values"/>, from the first on, may decay: weights of more than one dimension; norms and biases may not.</summary>
    public long Decaying => _trained.Where(Decays).Sum(static parameter => Aligned(parameter.Length));

    public Parameter Add(string name, long[] shape, Action<Tensor> initialise)
    {
        var parameter = new Parameter(name, shape, initialise);
        _trained.Add(parameter);
        return parameter;
    }

    public Parameter AddBuffer(string name, long[] shape, Action<Tensor> initialise)
    {
        var buffer = new Parameter(name, shape, initialise);
        _buffers.Add(buffer);
        return buffer;
    }

    /// <summary>Makes the tensors and their first values: the same ones for the same seed, drawn on the CPU whatever the device.</summary>
    public void Allocate(Device device, long seed)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var length = _trained.Sum(static parameter => Aligned(parameter.Length));
        var initial = zeros([length]);
        lock (s_drawing)
        {
            random.manual_seed(seed);
            ForEach((parameter, slice) => parameter.Initialise(slice(initial)));
        }
        Values = initial.to(device, copy: true).DetachFromDisposeScope();
        Gradients = zeros([length], device: device).DetachFromDisposeScope();
        ForEach((parameter, slice) =>
        {
            parameter.Value = slice(Values).requires_grad_().DetachFromDisposeScope();
            parameter.Value.grad = slice(Gradients);
        });
        foreach (var buffer in _buffers)
        {
            var value = zeros(buffer.Shape);
            buffer.Initialise(value);
            buffer.Value = value.to(device, copy: true).DetachFromDisposeScope();
        }
    }

    // In the order of declaration, which the random numbers follow; in memory those that decay come first.
    private void ForEach(Action<Parameter, Func<Tensor, Tensor>> action)
    {
        long decaying = 0;
        var others = Decaying;
        foreach (var parameter in _trained)
        {
            ref var offset = ref (Decays(parameter) ? ref decaying : ref others);
            var start = offset;
            offset += Aligned(parameter.Length);
            action(parameter, flat => flat.narrow(0, start, parameter.Length).view(parameter.Shape));
        }
    }

    private static bool Decays(Parameter parameter) => parameter.Shape.Length > 1;

    private static long Aligned(long length) => (length + Alignment - 1) / Alignment * Alignment;

    public void Dispose()
    {
        foreach (var parameter in _trained.Concat(_buffers)) parameter.Value.Dispose();
        Values.Dispose();
        Gradients.Dispose();
    }
}
