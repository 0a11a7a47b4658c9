using SegTrain.Core.Config;

namespace SegTrain.Core.Data;

/// <summary>Checks, before training, that the training images can be put into batches.</summary>
internal static class TrainingSize
{
    public static void Check(ISampleSource train, RunConfig config)
    {
        if (config.Train.BatchSize > train.Count * config.Data.Repeat)
        {
            throw new SegTrainException(
                ExitCode.Config,
                $"train.batch_size: {config.Train.BatchSize} is more than the {train.Count} training images; set it to {train.Count} or less, or raise data.repeat");
        }

        if (config.Augment.Crop.Count == 2)
        {
            if (config.Augment.Crop[0] * (long)config.Augment.Crop[1] * config.Train.BatchSize > Images.ImageHeader.MaxPixels)
                throw new SegTrainException(ExitCode.Config, "augment.crop times train.batch_size is more than fits into one batch; lower one of them");
            return;
        }

        var (width, height) = train.Size(0);
        if (config.Augment.WithPreset().QuarterTurns is true && Find(train, static size => size.Width != size.Height) is { } oblong)
        {
            throw new SegTrainException(
                ExitCode.Data,
                $"augment.quarter_turns needs square images or augment.crop, but {Describe(train, oblong)}; set augment.crop, or augment.quarter_turns to false");
        }

        if (config.Train.BatchSize > 1 && Find(train, size => size != (width, height)) is { } other)
        {
            throw new SegTrainException(
                ExitCode.Data,
                $"The training images differ in size: {Describe(train, 0)}, {Describe(train, other)}. Batches need one size: set augment.crop or data.resize to [width, height].");
        }
    }

    private static int? Find(ISampleSource train, Func<(int Width, int Height), bool> differs) =>
        Enumerable.Range(0, train.Count).Where(i => differs(train.Size(i))).Select(static i => (int?)i).FirstOrDefault();

    private static string Describe(ISampleSource train, int index) => $"{train.Name(index)} has {train.Size(index).Width} x {train.Size(index).Height} pixels";
}
