using SegTrain.Core.Data;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Export;

/// <summary>Image files as programs outside take and leave them.</summary>
internal static class Picture
{
    /// <summary>Writes an RGB image of noise.</summary>
    /// <returns>What a net gets of it, with its sides.</returns>
    public static (float[] Planes, long[] Shape) Write(string file, int width, int height)
    {
        var image = PixelImage.Allocate(width, height, 3, 8);
        new Random(7).NextBytes(image.Samples);
        ImageFile.WritePng(file, image);
        var planes = new float[3 * width * height];
        SampleView.Whole(new(image, [])).Write(planes, []);
        return (planes, [1, 3, height, width]);
    }

    /// <summary>The classes of a mask, grey or in the colours of <see cref="SavedModel.Card"/>, whose blue is the class.</summary>
    public static byte[] Classes(string file)
    {
        var mask = ImageFile.Read(file);
        return [.. mask.Samples.Where((_, i) => i % mask.Channels == mask.Channels - 1)];
    }
}
