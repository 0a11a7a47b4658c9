using SegTrain.Core.Images;
using static TorchSharp.torch;

namespace SegTrain.Core.Data;

/// <summary>How images come to the size of data.resize.</summary>
internal enum FitMode
{
    /// <summary>Each side by itself; the shape changes.</summary>
    Stretch,

    /// <summary>Whole and in shape, in the middle; what is left at two sides is ignored black.</summary>
    Letterbox,
}

/// <summary>What data.resize asks for.</summary>
internal sealed record Resizing(int Width, int Height, FitMode Fit)
{
    /// <summary>Where in the new image the old one lies.</summary>
    /// <example>800 x 400 in a letterbox of 100 x 100: 100 x 50, from x 0, y 25.</example>
    public Place Place(int width, int height)
    {
        if (Fit == FitMode.Stretch)
            return new(0, 0, Width, Height);
        var scale = Math.Min((double)Width / width, (double)Height / height);
        var (fitted, high) = (Math.Clamp((int)Math.Round(width * scale), 1, Width), Math.Clamp((int)Math.Round(height * scale), 1, Height));
        return new((Width - fitted) / 2, (Height - high) / 2, fitted, high);
    }

    /// <summary>Predictions of resized images at the pixels of the images as they were, bilinearly.</summary>
    /// <param name="logits">(N, C, H, W) of the images as the net saw them.</param>
    /// <param name="width">Of the images as they were.</param>
    /// <param name="height">Of the images as they were.</param>
    /// <returns>(N, C, height, width); the logits themselves where they have that size.</returns>
    public Tensor Restore(Tensor logits, int width, int height)
    {
        if ((logits.shape[2], logits.shape[3]) == (height, width)) return logits;
        var place = Place(width, height);
        return nn.functional.interpolate(
            logits.narrow(2, place.Top, place.Height).narrow(3, place.Left, place.Width), [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
    }
}

/// <summary>A rectangle in pixels.</summary>
internal readonly record struct Place(int Left, int Top, int Width, int Height)
{
    /// <summary>The image here, and black around it.</summary>
    public PixelImage Pad(PixelImage image, Resizing size)
    {
        var padded = PixelImage.Allocate(size.Width, size.Height, image.Channels, image.Bits);
        Array.Clear(padded.Samples);
        Copy(image.Samples, padded.Samples, image.Channels * image.Bits / 8, size.Width);
        return padded;
    }

    /// <summary>The target here, and ignored pixels around it.</summary>
    public byte[] Pad(byte[] target, Resizing size)
    {
        var padded = new byte[size.Width * size.Height];
        Array.Fill(padded, ClassList.Ignore);
        Copy(target, padded, 1, size.Width);
        return padded;
    }

    private void Copy(byte[] from, byte[] to, int bytes, int width)
    {
        for (var y = 0; y < Height; y++)
            from.AsSpan(y * Width * bytes, Width * bytes).CopyTo(to.AsSpan((((Top + y) * width) + Left) * bytes));
    }
}
