using System.IO.Enumeration;
using SegTrain.Core.Engine.Convolutions;
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

    private readonly List<Parameter> _parameters = [];
    private readonly List<Parameter> _buffers = [];

    public IReadOnlyList<Parameter> Trained => [.. _parameters.Where(static parameter => !parameter.IsFrozen)];

    public IReadOnlyList<Parameter> Frozen => [.. _parameters.Where(static parameter => parameter.IsFrozen)];

    public IReadOnlyList<Parameter> Buffers => _buffers;

    /// <summary>All that a net is: what a checkpoint keeps.</summary>
    public IReadOnlyList<Parameter> All => [.. _parameters, .. _buffers];

    /// <summary>The convolutions that its layers compute, as often as they stand in the net.</summary>
    public List<ConvolutionShape> Convolutions { get; } = [];

    /// <summary>All trained values, float32, one dimension, with zeros between the layers.</summary>
    public Tensor Values { get; private set; } = null!;

    /// <summary>Their gradients, which backward passes add to.</summary>
    public Tensor Gradients { get; private set; } = null!;

    /// <summary>How many numbers there are, buffers left out.</summary>
    public long Count => _parameters.Sum(static parameter => parameter.Length);

    /// <summary>How many of <see cref="Values"/>, from the first on, may decay: weights of more than one dimension; norms and biases may not.</summary>
    public long Decaying => Memory(Trained.Where(Decays));

    public Parameter Add(string name, long[] shape, Action<Tensor> initialise)
    {
        var parameter = new Parameter(name, shape, initialise);
        _parameters.Add(parameter);
        return parameter;
    }

    public Parameter AddBuffer(string name, long[] shape, Action<Tensor> initialise)
    {
        var buffer = new Parameter(name, shape, initialise);
        _buffers.Add(buffer);
        return buffer;
    }

    /// <summary>Leaves parameters out of training: they have no gradient, and no optimizer moves them.</summary>
    /// <param name="patterns">Names, in which * stands for any text.</param>
    /// <exception cref="SegTrainException">A pattern is nobody's name, or nothing is left to train.</exception>
    public void Freeze(IReadOnlyList<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            var named = _parameters.Where(parameter => FileSystemName.MatchesSimpleExpression(pattern, parameter.Name, ignoreCase: false)).ToList();
            if (named.Count == 0)
            {
                throw new SegTrainException(ExitCode.Config, $"model.freeze: no parameter is named '{pattern}'; there are "
                    + string.Join(", ", _parameters.Select(static parameter => $"{parameter.Name.Split('.')[0]}.*").Distinct()));
            }
            foreach (var parameter in named) parameter.IsFrozen = true;
        }
        if (Trained.Count == 0) throw new SegTrainException(ExitCode.Config, "model.freeze: every parameter is frozen and nothing is left to train; freeze less");
    }

    /// <summary>Makes the tensors and their first values: the same ones for the same seed, drawn on the CPU whatever the device.</summary>
    public void Allocate(Device device, long seed)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var initial = zeros([Memory(_parameters)]);
        lock (s_drawing)
        {
            random.manual_seed(seed);
            ForEach((parameter, slice) => parameter.Initialise(slice(initial)));
        }
        var all = initial.to(device, copy: true);
        Values = all.narrow(0, 0, Memory(Trained)).DetachFromDisposeScope();
        Gradients = zeros_like(Values).DetachFromDisposeScope();
        ForEach((parameter, slice) =>
        {
            parameter.Value = slice(all).DetachFromDisposeScope();
            if (parameter.IsFrozen) return;
            parameter.Value.requires_grad_();
            parameter.Value.grad = slice(Gradients);
        });
        foreach (var buffer in _buffers)
        {
            var value = zeros(buffer.Shape);
            buffer.Initialise(value);
            buffer.Value = value.to(device, copy: true).DetachFromDisposeScope();
        }
    }

    // In the order of declaration, which the random numbers follow; in memory those that decay come first and those that are frozen last.
    private void ForEach(Action<Parameter, Func<Tensor, Tensor>> action)
    {
        long decaying = 0;
        var (others, frozen) = (Decaying, Memory(Trained));
        foreach (var parameter in _parameters)
        {
            ref var offset = ref frozen;
            if (!parameter.IsFrozen) offset = ref Decays(parameter) ? ref decaying : ref others;
            var start = offset;
            offset += Aligned(parameter.Length);
            action(parameter, flat => flat.narrow(0, start, parameter.Length).view(parameter.Shape));
        }
    }

    private static bool Decays(Parameter parameter) => parameter.Shape.Length > 1;

    private static long Memory(IEnumerable<Parameter> parameters) => parameters.Sum(static parameter => Aligned(parameter.Length));

    private static long Aligned(long length) => (length + Alignment - 1) / Alignment * Alignment;

    public void Dispose()
    {
        foreach (var parameter in All) parameter.Value.Dispose();
        Values.Dispose();
        Gradients.Dispose();
    }
}
