using Onnx;
using SegTrain.Core.Onnx;
using SegTrain.Core.Trained;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Export;

/// <summary>
/// One graph from <c>image</c> (batch, channels, height, width) to <c>probabilities</c> and <c>classes</c>: normalisation, padding, net, temperature and threshold
/// are all in it.
/// </summary>
internal static class OnnxModel
{
    // What a message of protobuf may be long, less what is no weight.
    private const long MostBytes = int.MaxValue - (1 << 24);

    /// <param name="model">What is written.</param>
    /// <param name="size">The only height and width, of one image at a time; null: any.</param>
    /// <param name="half">Whether weights and convolutions are in float16.</param>
    /// <exception cref="SegTrainException"><see cref="ExitCode.Data"/>: it is too large for a file of this kind.</exception>
    public static ModelProto Of(TrainedModel model, (int Height, int Width)? size, bool half)
    {
        var card = model.Card;
        if (model.Net.Parameters.All.Sum(static parameter => parameter.Length) * (half ? 2 : sizeof(float)) > MostBytes)
            throw new SegTrainException(ExitCode.Data, $"{model.File}: an ONNX file holds no more than 2 GB; export this model with --format safetensors{(half ? "" : " or --fp16")}");
        var graph = new OnnxGraph(half ? float16 : float32);
        ReadOnlySpan<OnnxDimension> sides = size is { } known ? [1, known.Height, known.Width] : ["batch", "height", "width"];
        var image = graph.Input("image", float32, sides[0], card.Channels, sides[1], sides[2]);
        var probabilities = Probabilities(graph, Calibrated(graph, model.Net.Export(graph, image, size), card.Temperatures), card.Mode);
        var classes = graph.Cast(Classes(graph, probabilities, card), uint8);
        graph.Output(probabilities, "probabilities", float32, sides[0], card.Outputs, sides[1], sides[2]);
        if (card.Mode == SegmentationMode.Multilabel) graph.Output(classes, "classes", uint8, sides[0], card.Outputs, sides[1], sides[2]);
        else graph.Output(classes, "classes", uint8, sides);
        return graph.ToModel(typeof(OnnxModel).Assembly.GetName().Version!.ToString(3), OnnxMetadata.Of(model));
    }

    private static string Calibrated(OnnxGraph graph, string logits, double[] temperatures)
    {
        if (temperatures.Length == 0) return logits;
        using var each = tensor(temperatures, [1, temperatures.Length, 1, 1]);
        return graph.Div(logits, graph.Numbers("temperatures", each));
    }

    private static string Probabilities(OnnxGraph graph, string logits, SegmentationMode mode) =>
        mode == SegmentationMode.Multiclass ? graph.Softmax(logits) : graph.Sigmoid(logits);

    private static string Classes(OnnxGraph graph, string probabilities, ModelCard card) => card.Mode switch
    {
        SegmentationMode.Multiclass => graph.ArgMax(probabilities),
        SegmentationMode.Binary => graph.Squeeze(Above(graph, probabilities, card.Threshold)),
        _ => Above(graph, probabilities, card.Threshold),
    };

    private static string Above(OnnxGraph graph, string probabilities, double threshold) => graph.Greater(probabilities, graph.Reals((float)threshold));
}
