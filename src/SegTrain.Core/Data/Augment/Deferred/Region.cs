using System.Buffers;
using System.Runtime.InteropServices;
using SegTrain.Core.Data.Augment.Warps;
using SegTrain.Core.Engine;
using SegTrain.Core.Images;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Deferred;

/// <summary>The pixels of an image that a window can touch, as the image has them.</summary>
/// <param name="Image">The image's size, channels and bits; no pixels.</param>
/// <param name="Left">Where in the image the region begins.</param>
/// <param name="Top">Likewise.</param>
/// <param name="Width">In pixels, at least 1.</param>
/// <param name="Height">In pixels, at least 1.</param>
/// <param name="Bytes">Rented; the region is at the beginning.</param>
internal sealed record Region(PixelImage Image, int Left, int Top, int Width, int Height, byte[] Bytes) : IDisposable
{
    /// <summary>Bytes of a pixel.</summary>
    public int Depth => Image.Channels * (Image.Bits / 8);

    public int Pixels => Width * Height;

    /// <param name="image">Its pixels are copied.</param>
    /// <param name="map">Where those of the window are.</param>
    /// <param name="field">How they are bent; null for not at all.</param>
    public static Region Of(PixelImage image, PixelMap map, ElasticField? field)
    {
        // Half of the window, what the field moves at most, and the farthest tap.
        var (across, down) = (map.Middle.X + (field?.Most ?? 0) + 0.25f, map.Middle.Y + (field?.Most ?? 0) + 0.25f);
        var matrix = map.Matrix;
        var (left, width) = Range(map.Origin.X, (Math.Abs(matrix.X) * across) + (Math.Abs(matrix.Y) * down), image.Width);
        var (top, height) = Range(map.Origin.Y, (Math.Abs(matrix.Z) * across) + (Math.Abs(matrix.W) * down), image.Height);
        var depth = image.Stride / image.Width;
        var bytes = ArrayPool<byte>.Shared.Rent(checked(width * height * depth));
        for (var y = 0; y < height; y++)
            image.Samples.AsSpan(((top + y) * image.Stride) + (left * depth), width * depth).CopyTo(bytes.AsSpan(y * width * depth));
        return new(image with { Samples = [] }, left, top, width, height, bytes);
    }

    /// <returns>Samples where they are floating point, else bytes: (pixels, numbers of a pixel).</returns>
    public Tensor To(Device device) => Transfer.To(
        Image.Bits == 32
            ? frombuffer(MemoryMarshal.Cast<byte, float>(Bytes)[..(Pixels * Image.Channels)].ToArray(), float32)
            : frombuffer(Bytes, uint8, (long)Pixels * Depth),
        device).view(Pixels, -1);

    public void Dispose() => ArrayPool<byte>.Shared.Return(Bytes);

    // Bilinear colours need the next pixel too, and coordinates are rounded.
    private static (int Start, int Length) Range(float middle, float reach, int size)
    {
        var start = Math.Clamp((int)Math.Floor(middle - reach) - 1, 0, size - 1);
        return (start, Math.Clamp((int)Math.Ceiling(middle + reach) + 2, start + 1, size) - start);
    }
}
