using SegTrain.Core.Images;

namespace SegTrain.Core.Data;

/// <summary>An image with its classes, decoded, in the wanted channels and size. Shared by the cache and never changed.</summary>
/// <param name="Image">8- or 16-bit pixels, or floating point.</param>
/// <param name="Target">Class index of each pixel, or <see cref="ClassList.Ignore"/>. Only for validation it may have another size than the image.</param>
internal sealed record Sample(PixelImage Image, byte[] Target)
{
    private ClassPixels? _classes;

    /// <summary>Where its classes are, looked for at first use and kept as long as the sample. Two threads may look at once; both find the same.</summary>
    public ClassPixels Classes => _classes ??= ClassPixels.Of(Target, Image.Width);
}

/// <summary>Samples by number; any thread may load any of them at any time.</summary>
internal interface ISampleSource
{
    int Count { get; }

    string Name(int index);

    /// <summary>Size of the loaded sample, known without loading it.</summary>
    (int Width, int Height) Size(int index);

    /// <summary>Size of its target, that of the sample but where a validation sees the target as the file has it.</summary>
    (int Width, int Height) TargetSize(int index) => Size(index);

    Sample Load(int index);

    /// <summary>The sample in other sizes: images by area, classes by the nearest pixel.</summary>
    Sample Load(int index, (int Width, int Height) size, (int Width, int Height) targetSize)
    {
        var (image, target) = Load(index);
        var classes = Resample.Nearest(new PixelImage(image.Width, image.Height, 1, 8, target), targetSize.Width, targetSize.Height);
        return new(Resample.Area(image, size.Width, size.Height), classes.Samples);
    }
}
