using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Images;

namespace SegTrain.Core.Data;

/// <summary>Samples decoded from files.</summary>
/// <param name="pairs">The files.</param>
/// <param name="targets">Reads their masks.</param>
/// <param name="channels">1, 3 or 4.</param>
internal sealed class FileSamples(IReadOnlyList<CheckedPair> pairs, ITargetReader targets, int channels) : ISampleSource
{
    public int Count => pairs.Count;

    public string Name(int index) => pairs[index].Pair.Name;

    public (int Width, int Height) Size(int index) => (pairs[index].Image.Width, pairs[index].Image.Height);

    public Sample Load(int index) => Load(index, Size(index), Size(index));

    /// <summary>Without a picture in the size of the file in between, where its decoder can do without.</summary>
    public Sample Load(int index, (int Width, int Height) size, (int Width, int Height) targetSize)
    {
        var image = ImageFile.Read(pairs[index].Pair.Image, Sampling.Area, Size(index), size);
        return new(ChannelLayout.Convert(image, channels), targets.Read(pairs[index], targetSize.Width, targetSize.Height));
    }
}
