namespace SegTrain.Core.Calibrate;

/// <summary>Logits of pixels and what the pixels are: of classes that exclude each other, or of one label or the positive of two classes.</summary>
/// <param name="Width">Logits of a pixel; with 1 the target is 0 or 1, else the index of the class.</param>
internal sealed record LogitColumn(int Width)
{
    /// <summary>Pixel by pixel.</summary>
    public List<float> Logits { get; } = [];

    public List<byte> Targets { get; } = [];
}
