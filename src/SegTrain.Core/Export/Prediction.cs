using System.Runtime.InteropServices;
using SegTrain.Core.Predict;
using SegTrain.Core.Trained;
using static TorchSharp.torch;

namespace SegTrain.Core.Export;

/// <summary>What a model says of images.</summary>
/// <param name="Probabilities">(N, outputs, H, W): one plane for two classes, else one a class.</param>
/// <param name="Classes">Indices (N, H, W); of labels, which may overlap, 0 and 1 (N, labels, H, W).</param>
/// <param name="Sides">Those of <paramref name="Classes"/>.</param>
internal readonly record struct Prediction(float[] Probabilities, byte[] Classes, long[] Sides)
{
    /// <summary>By the net itself.</summary>
    /// <param name="model">On a CPU.</param>
    /// <param name="images">(N, channels, H, W), one after the other.</param>
    /// <param name="shape">Their four sides.</param>
    public static Prediction Of(TrainedModel model, float[] images, long[] shape)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var scores = new Scores(model.Net.Infer(tensor(images, shape)), AreLogits: true, model.Card.Mode, model.Temperature);
        var classes = scores.Classes(model.Card.Threshold).contiguous();
        return new(MemoryMarshal.Cast<byte, float>(scores.Probabilities.contiguous().bytes).ToArray(), classes.bytes.ToArray(), classes.shape);
    }
}
