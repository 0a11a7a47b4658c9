using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Images;

namespace SegTrain.Core.Data;

/// <summary>Samples decoded from files, in the size of the files.</summary>
/// <param name="pairs">The files.</param>
/// <param name="classes">Turns mask values into class indices.</param>
/// <param name="channels">1, 3 or 4.</param>
internal sealed class FileSamples(IReadOnlyList<CheckedPair> pairs, ClassMap classes, int channels) : ISampleSource
{
    public int Count => pairs.Count;

    public string Name(int index) => pairs[index].Pair.Name;

    public (int Width, int Height) Size(int index) => (pairs[index].Image.Width, pairs[index].Image.Height);

    public Sample Load(int index)
    {
        var pair = pairs[index].Pair;
        var image = ImageFile.Read(pair.Image);
        var mask = ImageFile.Read(pair.Mask);
        if ((image.Width, image.Height) != Size(index) || (mask.Width, mask.Height) != (image.Width, image.Height))
            throw new SegTrainException(ExitCode.Data, $"{pair.Image}: the size of the image or its mask changed after the start");
        return new(ChannelLayout.Convert(image, channels), classes.Encode(mask, pair.Mask));
    }
}
