using SegTrain.Core.Images;

namespace SegTrain.Core.Data;

/// <summary>Samples decoded from files.</summary>
/// <param name="pairs">The files.</param>
/// <param name="classes">Turns mask values into class indices.</param>
/// <param name="channels">1, 3 or 4.</param>
/// <param name="resize">Width and height, or empty for the size of the file.</param>
internal sealed class FileSamples(IReadOnlyList<CheckedPair> pairs, ClassMap classes, int channels, IReadOnlyList<int> resize) : ISampleSource
{
    public int Count => pairs.Count;

    public string Name(int index) => pairs[index].Pair.Name;

    public (int Width, int Height) Size(int index) =>
        resize is [var width, var height] ? (width, height) : (pairs[index].Image.Width, pairs[index].Image.Height);

    public Sample Load(int index)
    {
        var pair = pairs[index].Pair;
        var image = ImageFile.Read(pair.Image);
        var mask = ImageFile.Read(pair.Mask);
        if ((image.Width, image.Height) != (pairs[index].Image.Width, pairs[index].Image.Height) || (mask.Width, mask.Height) != (image.Width, image.Height))
            throw new SegTrainException(ExitCode.Data, $"{pair.Image}: the size of the image or its mask changed after the start");

        var (width, height) = Size(index);
        var target = classes.Encode(mask, pair.Mask);
        return new(
            Resample.Area(ChannelLayout.Convert(image, channels), width, height),
            Resample.Nearest(target, mask.Width, mask.Height, width, height));
    }
}
