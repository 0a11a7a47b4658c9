using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>
/// Batch (Ioffe &amp; Szegedy 2015, arXiv:1502.03167), group (Wu &amp; He 2018, arXiv:1803.08494) or instance normalisation
/// (Ulyanov et al. 2016, arXiv:1607.08022), each with a learned scale and shift per channel, or none; and the ReLU that follows it.
/// </summary>
internal sealed class Normalization
{
    private const long MostGroups = 8;

    private readonly Norm _kind;
    private readonly long _groups;
    private readonly Parameter? _scale;
    private readonly Parameter? _shift;
    private readonly Parameter? _mean;
    private readonly Parameter? _variance;

    public Normalization(ParameterSet parameters, string name, int channels, Norm kind)
    {
        _kind = kind;
        if (kind == Norm.None) return;
        _scale = parameters.Add($"{name}.weight", [channels], Parameter.Constant(1));
        _shift = parameters.Add($"{name}.bias", [channels], Parameter.Constant(0));
        if (kind == Norm.Batch)
        {
            _mean = parameters.AddBuffer($"{name}.running_mean", [channels], Parameter.Constant(0));
            _variance = parameters.AddBuffer($"{name}.running_var", [channels], Parameter.Constant(1));
        }
        _groups = MostGroups;
        while (channels % _groups != 0) _groups--;
    }

    /// <summary>What normalisation by known statistics comes to, (channels) each: scale * x + shift; null where each image has its own.</summary>
    public (Tensor Scale, Tensor Shift)? Known()
    {
        if (_kind != Norm.Batch) return null;
        var scale = _scale!.Value / (_variance!.Value + Num(Operators.Epsilon)).sqrt();
        return (scale, _shift!.Value - _mean!.Value * scale);
    }

    /// <param name="x">(N, channels, H, W), of whatever type the activations are; scale, shift and statistics are float32.</param>
    /// <param name="pass">In training batch statistics are used and followed.</param>
    /// <returns>The same shape and type.</returns>
    public Tensor ForwardRelu(Tensor x, Pass pass) => _kind switch
    {
        Norm.Batch => Operators.BatchNormRelu(
            x, _scale!.Value, _shift!.Value, _mean!.Value, _variance!.Value, pass.Training && !_scale.IsFrozen, pass.Momentum),
        // These two have no kernel for another type than their scale's everywhere.
        Norm.Group => nn.functional.group_norm(x.to(float32), _groups, _scale!.Value, _shift!.Value).relu_().to(x.dtype),
        Norm.Instance => nn.functional.instance_norm(x.to(float32), weight: _scale!.Value, bias: _shift!.Value).relu_().to(x.dtype),
        Norm.None => x.relu(),
        _ => throw new InvalidOperationException($"no normalisation {_kind}"),
    };

    /// <summary>Adds what inference does, the ReLU with it, to a graph. It computes in float32: sums of squares leave the range of float16.</summary>
    /// <param name="graph">Takes the nodes.</param>
    /// <param name="x">(N, channels, H, W), in the type of the activations.</param>
    /// <returns>The same shape and type.</returns>
    public string ExportRelu(OnnxGraph graph, string x) =>
        _kind == Norm.None ? graph.Relu(x) : graph.ToActivations(graph.Relu(ExportLine(graph, graph.ToFloat(x))));

    // Group and instance norm are one thing in other groups; ONNX's own group norm has been wrong, or missing, in most runtimes.
    private string ExportLine(OnnxGraph graph, string x)
    {
        var (scale, shift) = Known() ?? (_scale!.Value, _shift!.Value);
        var standard = _kind switch
        {
            Norm.Batch => x,
            Norm.Group => graph.Reshape(Standard(graph, graph.Reshape(x, graph.Wholes(0, _groups, -1)), _groups), graph.Shape(x)),
            Norm.Instance => Standard(graph, x, scale.shape[0]),
            _ => throw new InvalidOperationException($"no normalisation {_kind}"),
        };
        return graph.Add(graph.Mul(standard, Across(graph, _scale!.Name, scale)), Across(graph, _shift!.Name, shift));
    }

    private static string Standard(OnnxGraph graph, string x, long groups) => graph.InstanceNormalization(
        x, graph.Reals([.. Enumerable.Repeat(1f, (int)groups)]), graph.Reals(new float[groups]), Operators.Epsilon);

    private static string Across(OnnxGraph graph, string name, Tensor perChannel) => graph.Numbers(name, perChannel.reshape(1, -1, 1, 1));
}
