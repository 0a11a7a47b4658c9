using System.Reflection;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SegTrain.Core.Images;

/// <summary>BMP and WebP by ImageSharp, of which nothing else is ever called: neither its guess of the format, nor what reads profiles and other formats.</summary>
internal static class ImageSharpDecoder
{
    // The decoders that may be used; pixels of the largest picture, four bytes each; threads are the loader's.
    private static readonly Configuration Configuration = new(new BmpConfigurationModule(), new WebpConfigurationModule())
    {
        MaxDegreeOfParallelism = 1,
        MemoryAllocator = MemoryAllocator.Create(new() { AllocationLimitMegabytes = (int)(ImageHeader.MaxPixels * 4 >> 20), MaximumPoolSizeMegabytes = 64 }),
    };

    // Pixels that are not what memory is exhausted by.
    private const int Small = 1 << 20;

    // Its assembly's version is that of the line.
    public static string Name => $"ImageSharp {typeof(Image).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}";

    /// <param name="file">The whole file.</param>
    /// <param name="header">What it says of itself.</param>
    /// <param name="rows">Gets all rows.</param>
    /// <exception cref="InvalidDataException">The pixels are damaged.</exception>
    public static void Decode(ArraySegment<byte> file, ImageHeader header, IRowSink rows)
    {
        IImageDecoder decoder = header.Format == ImageFormat.Bmp
            ? new BmpDecoder { RleSkippedPixelHandling = RleSkippedPixelHandling.FirstColorOfPalette } : new WebpDecoder { IgnoreMetadata = true };
        try
        {
            switch (header.DecodedChannels)
            {
                case 1: Decode<L8>(decoder, file, header, rows); break;
                case 3: Decode<Rgb24>(decoder, file, header, rows); break;
                default: Decode<Rgba32>(decoder, file, header, rows); break;
            }
        }
        catch (Exception e) when (e is not InvalidDataException && !(e is OutOfMemoryException && header.StoredWidth * (long)header.StoredHeight > Small))
        {
            // Damaged files make its readers throw whatever their arithmetic comes upon, and a few bytes of WebP ask for a gigabyte of codes.
            throw new InvalidDataException($"the pixels of the file are damaged ({e.Message.Split('\n')[0]})", e);
        }
    }

    private static void Decode<TPixel>(IImageDecoder decoder, ArraySegment<byte> file, ImageHeader header, IRowSink rows)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = decoder.Decode<TPixel>(Configuration, new MemoryStream(file.Array!, file.Offset, file.Count), CancellationToken.None);
        if (image.Width != header.StoredWidth || image.Height != header.StoredHeight)
            throw new InvalidDataException($"decoded to {image.Width} x {image.Height} pixels where the header says {header.StoredWidth} x {header.StoredHeight}");
        for (var y = 0; y < image.Height; y++)
            rows.Write(MemoryMarshal.AsBytes(image.DangerousGetPixelRowMemory(y).Span));
    }
}
