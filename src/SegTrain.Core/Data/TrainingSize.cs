namespace SegTrain.Core.Data;

/// <summary>Checks, before training, that the training images can be put into batches.</summary>
internal static class TrainingSize
{
    public static void Check(ISampleSource train, LoadingConfig config)
    {
        if (config.BatchSize > train.Count * config.Data.Repeat)
        {
            throw new SegTrainException(
                ExitCode.Config,
                $"train.batch_size: {config.BatchSize} is more than the {train.Count} training images; set it to {train.Count} or less, or raise data.repeat");
        }

        var (width, height) = Size(train, config);
        if (config.BatchSize > MostImages(train, config))
            throw new SegTrainException(ExitCode.Config, $"{config.BatchSize} images of {width} x {height} pixels are more than fits into one batch; lower train.batch_size, augment.crop or data.resize");
        if (config.Augment.Crop.Count == 2)
            return;
        if (config.Augment.Foreground > 0)
            throw new SegTrainException(ExitCode.Config, "augment.foreground places the crop, but there is none; set augment.crop to [width, height] or augment.foreground to 0");
        if (config.Augment.WithPreset().QuarterTurns is true && Find(train, static size => size.Width != size.Height) is { } oblong)
        {
            throw new SegTrainException(
                ExitCode.Data,
                $"augment.quarter_turns needs square images or augment.crop, but {Describe(train, oblong)}; set augment.crop, or augment.quarter_turns to false");
        }

        if (config.BatchSize is not 1 && Find(train, size => size != (width, height)) is { } other)
        {
            throw new SegTrainException(
                ExitCode.Data,
                $"The training images differ in size: {Describe(train, 0)}, {Describe(train, other)}. Batches need one size: set augment.crop or data.resize to [width, height].");
        }
    }

    /// <summary>Images that a batch has room for.</summary>
    public static long MostImages(ISampleSource train, LoadingConfig config)
    {
        var (width, height) = Size(train, config);
        return (Images.ImageHeader.MaxPixels - 1) / ((long)width * height);
    }

    private static (int Width, int Height) Size(ISampleSource train, LoadingConfig config) =>
        config.Augment.Crop is [var width, var height] ? (width, height) : train.Size(0);

    private static int? Find(ISampleSource train, Func<(int Width, int Height), bool> differs) =>
        Enumerable.Range(0, train.Count).Where(i => differs(train.Size(i))).Select(static i => (int?)i).FirstOrDefault();

    private static string Describe(ISampleSource train, int index) => $"{train.Name(index)} has {train.Size(index).Width} x {train.Size(index).Height} pixels";
}
