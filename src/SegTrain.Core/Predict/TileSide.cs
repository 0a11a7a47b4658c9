using SegTrain.Core.Images;

namespace SegTrain.Core.Predict;

/// <summary>Into how large tiles an image is cut.</summary>
internal static class TileSide
{
    // Larger ones gain nothing.
    private const int Most = 2048;

    // Of a smaller one a net sees too little.
    private const int Least = 64;

    /// <returns>A multiple of the net's stride; the larger side of the image where it goes through whole.</returns>
    /// <exception cref="SegTrainException">There is not even memory for small tiles.</exception>
    public static int Of(ImageHeader image, Ensemble ensemble, PredictSettings settings)
    {
        if (settings.Tile is { } asked) return Rounded(asked);
        if ((long)image.Width * image.Height * ensemble.BytesPerPixel <= settings.Memory) return Math.Max(image.Width, image.Height);
        var column = ((long)sizeof(float) * ensemble.Card.Outputs) + (image.DecodedChannels * image.Bits / 8);
        for (var side = Rounded(Most); side >= Least; side -= ensemble.Stride)
        {
            if (((long)side * side * ensemble.BytesPerPixel) + (side * image.Width * column) <= settings.Memory) return side;
        }
        throw new SegTrainException(ExitCode.Usage, $"--memory: tiles of an image {image.Width} pixels wide need more; give it {2 * settings.Memory >> 20}MB or more");

        int Rounded(int side) => Math.Max(ensemble.Stride, (side + ensemble.Stride - 1) / ensemble.Stride * ensemble.Stride);
    }
}
