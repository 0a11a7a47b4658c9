using System.Runtime.InteropServices;

namespace SegTrain.Core.Images;

/// <summary>Decoded pixels: rows from the top, samples of a pixel side by side in the order grey, RGB or RGBA, or bands in the order of the file.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">1 (grey), 3 (RGB) or 4 (RGBA); any number of bands.</param>
/// <param name="Bits">8 or 16 bits a sample, full range; 32 for floating point of any range, all finite.</param>
/// <param name="Samples">Width * Height * Channels samples; larger ones in the machine's byte order, see <see cref="Words"/> and <see cref="Floats"/>.</param>
internal sealed record PixelImage(int Width, int Height, int Channels, int Bits, byte[] Samples)
{
    /// <summary>The samples of a 16-bit image.</summary>
    public Span<ushort> Words => MemoryMarshal.Cast<byte, ushort>(Samples.AsSpan());

    /// <summary>The samples of a floating-point image.</summary>
    public Span<float> Floats => MemoryMarshal.Cast<byte, float>(Samples.AsSpan());

    /// <summary>What the loader divides samples by: the brightest whole one becomes 1, and floating point stays as it is.</summary>
    public float FullScale => Bits switch { 8 => byte.MaxValue, 16 => ushort.MaxValue, _ => 1 };

    /// <summary>Bytes of a row.</summary>
    public int Stride => Width * Channels * (Bits / 8);

    public static PixelImage Allocate(int width, int height, int channels, int bits) =>
        new(width, height, channels, bits, GC.AllocateUninitializedArray<byte>(checked(width * height * channels * (bits / 8))));
}
