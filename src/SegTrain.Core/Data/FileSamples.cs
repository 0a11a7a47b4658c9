using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Images;

namespace SegTrain.Core.Data;

/// <summary>Samples decoded from files, in the size of the files.</summary>
/// <param name="pairs">The files.</param>
/// <param name="targets">Reads their masks.</param>
/// <param name="channels">1, 3 or 4.</param>
internal sealed class FileSamples(IReadOnlyList<CheckedPair> pairs, ITargetReader targets, int channels) : ISampleSource
{
    public int Count => pairs.Count;

    public string Name(int index) => pairs[index].Pair.Name;

    public (int Width, int Height) Size(int index) => (pairs[index].Image.Width, pairs[index].Image.Height);

    public Sample Load(int index)
    {
        var pair = pairs[index];
        var image = ImageFile.Read(pair.Pair.Image);
        if ((image.Width, image.Height) != Size(index))
            throw new SegTrainException(ExitCode.Data, $"{pair.Pair.Image}: the size of the image changed after the start");
        return new(ChannelLayout.Convert(image, channels), targets.Read(pair));
    }
}
