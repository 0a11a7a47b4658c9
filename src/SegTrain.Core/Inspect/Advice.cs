using SegTrain.Core.Config;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Recipe;
using SegTrain.Losses;

namespace SegTrain.Core.Inspect;

/// <summary>What the configuration might say for this set.</summary>
/// <param name="Settings">Keys worth setting, with their reasons.</param>
/// <param name="Weights">For each <c>class_weights</c> that follows from the masks, one number a class; as a run on these training masks would use them.</param>
/// <param name="Yaml">The settings as a configuration, to be pasted.</param>
internal sealed record Advice(IReadOnlyList<Setting> Settings, IReadOnlyDictionary<string, IReadOnlyList<double>> Weights, string Yaml)
{
    /// <summary>Pixels a step that a processor works through in seconds and a small card holds.</summary>
    private const int PixelsPerStep = 1 << 19;

    /// <summary>The default U-Net sees about 190 pixels around; a crop should hold that and not much more.</summary>
    private const int MostCrop = 256;

    /// <summary>Images larger than two crops are cropped: many different crops teach more than a few whole images.</summary>
    private const int LargePixels = 2 * MostCrop * MostCrop;

    /// <summary>More are no slip but smoothed edges or another encoding.</summary>
    private const int MostIgnored = 8;

    /// <summary>Distance to a class, as data.tolerance measures it, that smoothing explains.</summary>
    private const double Near = 32;

    /// <param name="config">As it is; what it says already is not proposed again.</param>
    /// <param name="train">The training pairs.</param>
    /// <param name="table">The classes with their counts.</param>
    /// <param name="classes">The classes, or null where none could be made out.</param>
    /// <param name="strays">Values that are no class.</param>
    public static Advice Of(RunConfig config, IReadOnlyList<CheckedPair> train, IReadOnlyList<ClassRow> table, ClassList? classes, Strays strays)
    {
        var settings = new List<Setting>();
        config = WithClasses(config, classes, strays, settings);
        if (train.Count > 0)
            config = WithSizes(config, train, settings);
        return new(settings, WeightsOf(table, classes), ConfigWriter.Write(config, [.. settings.Select(static setting => setting.Key)]));
    }

    private static RunConfig WithClasses(RunConfig config, ClassList? classes, Strays strays, List<Setting> settings)
    {
        if (classes is null)
            return config;
        var data = config.Data;
        var dropped = strays.Values.Select(static value => value.Value).ToHashSet();
        if (data.Classes.Count == 0)
        {
            var kept = classes.Items.Select(item => (item.Name, Value: InspectionWords.Value(item.Value, classes), item.Color)).Where(item => !dropped.Contains(item.Value));
            data = data with { Classes = [.. kept.Select(static item => new ClassConfig { Name = item.Name, Value = item.Value, Color = item.Color })] };
            settings.Add(new("data.classes", "names for metrics and tables in place of numbers; the first is the background"));
        }

        if (data.Stray == StrayPolicy.Error && dropped.Count > MostIgnored)
        {
            var near = strays.Values.Where(static value => value.Distance <= Near).Sum(static value => value.Pixels) > 0.9 * strays.Values.Sum(static value => value.Pixels);
            data = data with { Stray = near ? StrayPolicy.Nearest : StrayPolicy.Ignore };
            settings.Add(new("data.stray", near ? "most stray values are near a class, as smoothing and JPEG leave them" : "the stray values are many and near no class"));
            dropped = [];
        }

        if ((data.Stray == StrayPolicy.Error && dropped.Count > 0) || classes.Ignored.Count > data.Ignore.Count)
        {
            data = data with { Ignore = [.. classes.Ignored, .. data.Stray == StrayPolicy.Error ? dropped : []] };
            settings.Add(new("data.ignore", dropped.Count > 0 ? "values that are no class, or hardly one; or name them under data.classes" : "left out of loss and metrics"));
        }

        return config with { Data = data };
    }

    private static RunConfig WithSizes(RunConfig config, IReadOnlyList<CheckedPair> train, List<Setting> settings)
    {
        var sizes = train.Select(static pair => (pair.Image.Width, pair.Image.Height)).ToList();
        var pixels = sizes.Average(static size => (double)size.Width * size.Height);
        if (config.Data.Resize is [var width, var height])
            pixels = (double)width * height;
        var mixed = sizes.Distinct().Skip(1).Any();
        if (config.Augment.Crop.Count == 0 && config.Data.Resize.Count == 0 && (mixed || pixels > LargePixels))
        {
            var stride = 1 << config.Model.Shape.Depth;
            var shorter = sizes.Select(static size => Math.Min(size.Width, size.Height)).Order().ToList();
            var crop = Math.Clamp(shorter[shorter.Count / 10] / stride * stride, stride, MostCrop);
            config = config with { Augment = config.Augment with { Crop = [crop, crop] } };
            settings.Add(new("augment.crop", $"{(mixed ? "the images differ in size and a batch needs one" : "many different crops teach more than a few large images")}; a multiple of the net's stride {stride}"));
            if (config.Data.Repeat == 1 && pixels >= 2.0 * crop * crop)
            {
                config = config with { Data = config.Data with { Repeat = (int)Math.Min(16, Math.Round(pixels / crop / crop)) } };
                settings.Add(new("data.repeat", "so many crops cover an image, and an epoch sees all of it"));
            }
        }

        if (config.Augment.Crop is [var cropWidth, var cropHeight])
            pixels = (double)cropWidth * cropHeight;
        var fits = (int)Math.Clamp(PixelsPerStep / pixels, 2, 1024);
        var batch = Math.Min(1 << (int)Math.Log2(fits), train.Count * config.Data.Repeat);
        if (batch < config.Train.BatchSize)
        {
            config = config with { Train = config.Train with { BatchSize = batch } };
            settings.Add(new("train.batch_size", batch == train.Count * config.Data.Repeat ? "there are no more training images" : $"about {batch * pixels / 1e6:0.0} million pixels a step"));
        }

        return config;
    }

    private static Dictionary<string, IReadOnlyList<double>> WeightsOf(IReadOnlyList<ClassRow> table, ClassList? classes)
    {
        var counts = table.Where(static row => row.Index is not null).Select(static row => row.Train.Pixels).ToList();
        if (classes is null || counts.TrueForAll(static count => count == 0))
            return [];
        var task = new LossTask(classes.Mode, counts.Count) { PixelCounts = counts };
        return Enum.GetValues<ClassBalance>().Select(ClassWeights.Of)
            .ToDictionary(static weights => weights.ToString(), weights => (IReadOnlyList<double>)[.. weights.For(task).Select(static weight => Math.Round(weight, 4))]);
    }
}

/// <param name="Key">Of the configuration.</param>
/// <param name="Reason">Why.</param>
internal sealed record Setting(string Key, string Reason);
