using SegTrain.Core.Data;
using SegTrain.Core.Images;
using SegTrain.Core.Trained;

namespace SegTrain.Core.Export;

/// <summary>What an exported file is tried on.</summary>
/// <param name="Origin">Which images they are, for people.</param>
/// <param name="All">Pixels (N, channels, H, W) with their sides.</param>
internal sealed record ProbeImages(string Origin, IReadOnlyList<(float[] Pixels, long[] Shape)> All)
{
    private const int Wanted = 2;

    /// <param name="model">Whose validation images are taken, as its net sees them, where they can still be read; else random ones.</param>
    /// <param name="size">Which all images are brought to; null: as they are.</param>
    /// <param name="why">Told why they cannot be read.</param>
    public static ProbeImages Of(TrainedModel model, (int Height, int Width)? size, Action<string> why)
    {
        try
        {
            var source = ValidationImages.Open(model.Config.Loading, model.Card.Channels);
            if (source.Count >= Wanted)
                return new($"{Wanted} validation images", [.. Enumerable.Range(0, Wanted).Select(i => Planes(source.Load(i), model.Card.Channels, size))]);
            why("its data set has a single image for validation");
        }
        catch (SegTrainException gone)
        {
            why(gone.Message);
        }
        return Random(model.Card.Channels, size);
    }

    /// <summary>Two images of odd sizes, and a third in one batch with the second; of a given size two.</summary>
    public static ProbeImages Random(int channels, (int Height, int Width)? size)
    {
        var random = new Random(1);
        return new("random images", size is var (height, width) ? [Noise(1, height, width), Noise(1, height, width)] : [Noise(1, 61, 37), Noise(2, 35, 83)]);

        (float[], long[]) Noise(int count, int height, int width) =>
            ([.. Enumerable.Range(0, count * channels * height * width).Select(_ => random.NextSingle())], [count, channels, height, width]);
    }

    private static (float[], long[]) Planes(Sample sample, int channels, (int Height, int Width)? size)
    {
        var image = size is var (height, width) ? Resample.Area(sample.Image, width, height) : sample.Image;
        var planes = new float[channels * image.Width * image.Height];
        SampleView.Whole(new(image, [])).Write(planes, []);
        return (planes, [1, channels, image.Height, image.Width]);
    }
}
