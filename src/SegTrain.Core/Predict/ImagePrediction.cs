using SegTrain.Core.Data;
using SegTrain.Core.Images;
using static TorchSharp.torch;

namespace SegTrain.Core.Predict;

/// <summary>One image past an ensemble to sinks, as the nets were trained to see it: resized, or as it is and in tiles where it is large.</summary>
internal static class ImagePrediction
{
    /// <param name="file">Its path.</param>
    /// <param name="header">What it says of itself.</param>
    /// <param name="ensemble">Who is asked.</param>
    /// <param name="settings">How.</param>
    /// <param name="sinks">Get the answer; whoever made them completes them.</param>
    /// <param name="progress">Told which share of the image is done.</param>
    /// <param name="stop">Asks to end at once.</param>
    /// <exception cref="SegTrainException">The file cannot be read, or has other channels.</exception>
    public static void Of(string file, ImageHeader header, Ensemble ensemble, PredictSettings settings, IReadOnlyList<IPredictionSink> sinks, IProgress<double> progress, CancellationToken stop)
    {
        ModelInput.Check(file, header, ensemble.Card.Channels);
        if (ensemble.Resizing is { } resizing)
        {
            var place = resizing.Place(header.Width, header.Height);
            var resized = ImageFile.Read(file, Sampling.Area, (header.Width, header.Height), (place.Width, place.Height));
            Resized(resized, (header.Width, header.Height), resizing, ensemble, settings, sinks, () => ImageFile.Read(file).Samples);
            return;
        }
        using var tiled = new TiledImage(header, TileSide.Of(header, ensemble, settings), ensemble, settings, sinks, progress, stop);
        try
        {
            // The window is as wide as the file was when it was looked at.
            ImageFile.Feed(file, now => (now.Width, now.Height, now.DecodedChannels, now.Bits) == (header.Width, header.Height, header.DecodedChannels, header.Bits)
                ? tiled : throw new InvalidDataException("the file has changed since it was looked at"));
        }
        catch when (tiled.Failure is { } failure)
        {
            failure.Throw();
        }
    }

    /// <summary>The same of an image in memory.</summary>
    public static void Of(PixelImage image, Ensemble ensemble, PredictSettings settings, IReadOnlyList<IPredictionSink> sinks)
    {
        if (ensemble.Resizing is { } resizing)
        {
            var place = resizing.Place(image.Width, image.Height);
            Resized(Resample.Area(image, place.Width, place.Height), (image.Width, image.Height), resizing, ensemble, settings, sinks, () => image.Samples);
            return;
        }
        var header = new ImageHeader { Format = ImageFormat.Png, StoredWidth = image.Width, StoredHeight = image.Height, Channels = image.Channels, Bits = image.Bits };
        using var tiled = new TiledImage(header, TileSide.Of(header, ensemble, settings), ensemble, settings, sinks, new Progress<double>(), default);
        Resample.Feed(image.Samples, image.Stride, tiled);
    }

    private static void Resized(
        PixelImage image, (int Width, int Height) size, Resizing resizing, Ensemble ensemble, PredictSettings settings, IReadOnlyList<IPredictionSink> sinks, Func<byte[]> original)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        if (resizing.Fit == FitMode.Letterbox) image = resizing.Place(size.Width, size.Height).Pad(image, resizing);
        var scores = ensemble.Answer(ModelInput.Of(image, ensemble.Card.Channels, ensemble.Device), settings.Tta, size.Width, size.Height);
        sinks.Write(scores, settings.Threshold ?? ensemble.Card.Threshold, top: 0, size.Height, settings.Overlays ? original() : []);
    }
}
