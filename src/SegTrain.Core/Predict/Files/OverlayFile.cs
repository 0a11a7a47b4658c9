using SegTrain.Core.Images;

namespace SegTrain.Core.Predict.Files;

/// <summary>The image under the colours of its classes, half and half; background is left as it is.</summary>
/// <param name="path">The file to be.</param>
/// <param name="header">Of the image.</param>
/// <param name="colors">Of the classes.</param>
/// <param name="overlap">Whether a pixel may have several labels; its colour is their mean then.</param>
internal sealed class OverlayFile(string path, ImageHeader header, IReadOnlyList<(byte Red, byte Green, byte Blue)> colors, bool overlap) : IPredictionSink
{
    private const int Channels = 3;

    private readonly PngFile _png = new(path, header.Width, header.Height, Channels, bits: 8);
    private readonly byte[] _row = new byte[header.Width * Channels];

    public void Write(PredictedRows rows)
    {
        var stored = new PixelImage(header.Width, rows.Count, header.DecodedChannels, header.Bits, rows.Image.ToArray());
        var image = ChannelLayout.Convert(Visible.Of(header.HasBands ? FirstBand(stored) : stored), Channels).Samples.AsSpan();
        for (var y = 0; y < rows.Count; y++)
        {
            image.Slice(y * _row.Length, _row.Length).CopyTo(_row);
            for (var x = 0; x < header.Width; x++)
            {
                if (Color(rows, (y * header.Width) + x) is not var (red, green, blue)) continue;
                var pixel = _row.AsSpan(x * Channels, Channels);
                (pixel[0], pixel[1], pixel[2]) = ((byte)((pixel[0] + red) / 2), (byte)((pixel[1] + green) / 2), (byte)((pixel[2] + blue) / 2));
            }
            _png.Write(_row);
        }
    }

    public void Complete() => _png.Complete();

    public void Dispose() => _png.Dispose();

    private (int Red, int Green, int Blue)? Color(PredictedRows rows, int pixel)
    {
        if (!overlap) return rows.Classes[pixel] == 0 ? null : colors[rows.Classes[pixel]];
        var (red, green, blue, labels) = (0, 0, 0, 0);
        for (var label = 0; label < colors.Count; label++)
        {
            if (rows.Classes[(label * rows.Count * header.Width) + pixel] == 0) continue;
            (red, green, blue, labels) = (red + colors[label].Red, green + colors[label].Green, blue + colors[label].Blue, labels + 1);
        }
        return labels == 0 ? null : (red / labels, green / labels, blue / labels);
    }

    private static PixelImage FirstBand(PixelImage image)
    {
        var band = PixelImage.Allocate(image.Width, image.Height, 1, image.Bits);
        var sample = image.Bits / 8;
        for (var i = 0; i < image.Width * image.Height; i++) image.Samples.AsSpan(i * image.Channels * sample, sample).CopyTo(band.Samples.AsSpan(i * sample));
        return band;
    }
}
