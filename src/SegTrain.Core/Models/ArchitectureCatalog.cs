using SegTrain.Core.Onnx;
using SegTrain.Core.Text;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>The part of a net between its input and its heads.</summary>
internal interface IArchitecture
{
    /// <summary>Channels of what <see cref="Forward"/> returns.</summary>
    IReadOnlyList<int> Channels { get; }

    /// <param name="x">(N, channels, H, W), normalised, H and W multiples of 2^depth.</param>
    /// <param name="pass">What it is for.</param>
    /// <returns>Features that logits can be made of, the best, which are (N, width, H, W), first; in the caller's dispose scope.</returns>
    IReadOnlyList<Tensor> Forward(Tensor x, Pass pass);

    /// <summary>Adds the way to the best features to a graph.</summary>
    /// <param name="graph">Takes the nodes.</param>
    /// <param name="x">What <see cref="Forward"/> gets, in the type of the activations.</param>
    /// <returns>(N, width, H, W).</returns>
    string Export(OnnxGraph graph, string x);
}

/// <summary>The table of architectures: a new one is a file and a row.</summary>
internal static class ArchitectureCatalog
{
    /// <param name="Name">The name in the config.</param>
    /// <param name="Title">The name in a log.</param>
    /// <param name="Make">From the parameters to add to, the config and the number of input channels.</param>
    internal sealed record Row(string Name, string Title, Func<ParameterSet, ModelConfig, int, IArchitecture> Make);

    public static IReadOnlyList<Row> Table { get; } =
    [
        new("unet", "U-Net", static (parameters, config, channels) => new UNet(parameters, config, channels)),
        new("unet++", "U-Net++", static (parameters, config, channels) => new UNetPlusPlus(parameters, config, channels)),
    ];

    /// <exception cref="SegTrainException">There is none of this name.</exception>
    public static Row Named(string name) => Table.FirstOrDefault(row => row.Name == name) ?? throw new SegTrainException(ExitCode.Config,
        $"model.architecture: unknown '{name}'{Suggest.Hint(name, Table.Select(static row => row.Name))}; there are {string.Join(", ", Table.Select(static row => row.Name))}");
}
