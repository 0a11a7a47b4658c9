using SegTrain.Core.Files;
using SegTrain.Core.Models;
using SegTrain.Core.Recipe;
using static TorchSharp.torch;

namespace SegTrain.Core.Trained;

/// <summary>A net as a run left it, with all that is needed to use it.</summary>
internal sealed class TrainedModel : IDisposable
{
    /// <summary>The file it was read from.</summary>
    public required string File { get; init; }

    public required ModelCard Card { get; init; }

    /// <summary>The effective configuration of its run.</summary>
    public required RunConfig Config { get; init; }

    public required SegmentationNet Net { get; init; }

    /// <summary>(1, 1 or outputs, 1, 1), float32, where the net is: what its logits are divided by; null: they are not calibrated.</summary>
    public required Tensor? Temperature { get; init; }

    /// <param name="path">See <see cref="ModelFile.Find"/>.</param>
    /// <param name="device">Where the net is to be.</param>
    /// <exception cref="SegTrainException"><see cref="ExitCode.Data"/>: there is no model, it is damaged, or a newer program wrote it.</exception>
    public static TrainedModel Open(string path, Device device)
    {
        var file = ModelFile.Find(path);
        var (card, config) = ModelFile.Describe(file);
        SegmentationNet? net = null;
        try
        {
            ModelFile.RequireRoom(file, config.Model, card);
            net = new SegmentationNet(config.Model, new float[card.Channels], new float[card.Channels], card.Outputs, device, seed: 0);
            Safetensors.Read(file, [.. net.Parameters.All.Select(static parameter => (parameter.Name, parameter.Value))]);
            return new()
            {
                File = file,
                Card = card,
                Config = config,
                Net = net,
                Temperature = card.Temperatures is { Length: > 0 } each
                    ? tensor([.. each.Select(static factor => (float)factor)], [1, each.Length, 1, 1], device: device).DetachFromDisposeScope() : null,
            };
        }
        catch (Exception damaged) when (damaged is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            net?.Dispose();
            throw new SegTrainException(ExitCode.Data, $"{file}: the model cannot be read: {damaged.Message}", damaged);
        }
    }

    public void Dispose()
    {
        Net.Dispose();
        Temperature?.Dispose();
    }
}
