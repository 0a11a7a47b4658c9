using SegTrain.Core.Data;
using SegTrain.Core.Images;
using static TorchSharp.torch;

namespace SegTrain.Core.Predict;

/// <summary>An image for nets that were trained on resized ones: what they say is brought back to its own size.</summary>
internal static class ResizedImage
{
    /// <exception cref="SegTrainException">The file cannot be read.</exception>
    public static void Predict(string file, ImageHeader header, Resizing resizing, Ensemble ensemble, PredictSettings settings, IReadOnlyList<IPredictionSink> sinks)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var scores = ensemble.Answer(ModelInput.Of(file, header, resizing, ensemble.Card.Channels, ensemble.Device), settings.Tta, header.Width, header.Height);
        sinks.Write(scores, settings.Threshold ?? ensemble.Card.Threshold, top: 0, header.Height, settings.Overlays ? ImageFile.Read(file).Samples : []);
    }
}
