using SegTrain.Core.Engine;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Predict;

/// <summary>What nets say of the pixels of images.</summary>
/// <param name="Values">(N, K, H, W), float32: one plane for two classes, else one a class or label.</param>
/// <param name="AreLogits">Before sigmoid or softmax. Classes are decided by these where there is one answer, as training's validation does: not a pixel differs.</param>
/// <param name="Mode">What the planes are.</param>
/// <param name="Temperature">
/// (1, 1 or K, 1, 1), what logits are divided by before they become probabilities; null: 1. The likeliest class is that of the logits as they are: a quotient may
/// round two of them to one.
/// </param>
internal readonly record struct Scores(Tensor Values, bool AreLogits, SegmentationMode Mode, Tensor? Temperature = null)
{
    /// <summary>(N, K, H, W), float32, from 0 to 1; in the caller's dispose scope.</summary>
    public Tensor Probabilities => AreLogits ? Activate(Calibrated, Mode) : Values;

    private Tensor Calibrated => Temperature is { } temperature ? Values / temperature : Values;

    /// <param name="logits">(N, K, H, W).</param>
    /// <param name="mode">What the planes are.</param>
    public static Tensor Activate(Tensor logits, SegmentationMode mode) => mode == SegmentationMode.Multiclass ? logits.softmax(1) : logits.sigmoid();

    /// <summary>Uint8: (N, H, W) of class indices, or of labels (N, K, H, W) of 0 and 1; in the caller's dispose scope.</summary>
    /// <param name="threshold">What a probability must exceed; classes that exclude each other have none.</param>
    public Tensor Classes(double threshold)
    {
        if (Mode == SegmentationMode.Multiclass) return PixelClasses.Largest(Temperature is { NumberOfElements: > 1 } ? Calibrated : Values);
        var above = PixelClasses.Above(AreLogits ? Calibrated : Values, AreLogits ? Math.Log(threshold / (1 - threshold)) : threshold);
        return Mode == SegmentationMode.Binary ? above.squeeze(1) : above;
    }
}
