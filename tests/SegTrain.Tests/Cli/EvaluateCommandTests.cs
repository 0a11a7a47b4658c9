using System.Text.Json;
using SegTrain.Core.Data;
using SegTrain.Core.Images;
using SegTrain.Core.Training;
using SegTrain.Tests.Core.Images;
using SegTrain.Tests.Core.Training;

namespace SegTrain.Tests.Cli;

/// <summary>Trained for real, on a set of files.</summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SegTrainProgram _program = new() { Fit = Fit.Run };

    [Theory]
    [InlineData("loss=dice", "model.deep_supervision=false")]
    [InlineData("loss=ce", "data.resize=[24, 16]")]
    [InlineData("loss=focal", "train.ema=0.9")]
    public void The_validation_of_the_best_epoch_is_repeated_to_the_last_digit(params string[] keys)
    {
        WriteSet();
        var epochs = ShortRun.EpochsIn(_folder["runs"], [$"data.path={_folder["set"]}", "train.name=run", "train.best=val.dice", "train.epochs=2", .. keys]);
        var best = epochs.MaxBy(static epoch => epoch["val.dice"])!;
        Assert.Equal(0, _program.Run("evaluate", _folder["runs/run"], "--json", "--device", "cpu"));
        using var json = JsonDocument.Parse(_program.Out);
        var found = json.RootElement.GetProperty("metrics").EnumerateObject().Where(static metric => metric.Name.StartsWith("pooled.")).ToDictionary(static metric => "val." + metric.Name[7..], static metric => metric.Value);
        Assert.Contains("val.loss", found.Keys);
        Assert.All(best.Where(static metric => metric.Key.StartsWith("val.")), metric =>
            Assert.Equal(metric.Value, found[metric.Key].ValueKind == JsonValueKind.Null ? double.NaN : found[metric.Key].GetDouble()));
    }

    /// <summary>Counted here, from the files that both leave.</summary>
    [Fact]
    public void Masks_of_predict_give_the_counts_of_evaluate()
    {
        WriteSet();
        ShortRun.EpochsIn(_folder["runs"], $"data.path={_folder["set"]}", "train.name=run", "train.epochs=2");
        Assert.Equal(0, _program.Run("predict", _folder["runs/run"], _folder["set/images"], "--out", _folder["masks"], "--masks", "index", "--device", "cpu"));
        Assert.Equal(0, new SegTrainProgram().Run("evaluate", _folder["runs/run"], "--split", "all", "--data", _folder["set"], "--csv", _folder["images.csv"], "--device", "cpu"));
        var rows = File.ReadAllLines(_folder["images.csv"]).Select(static line => line.Split(',')).ToList();
        Assert.Equal(13, rows.Count);
        var names = rows[0].Where(static column => column.StartsWith("iou[")).Select(static column => column[4..^1]).ToArray();
        Assert.Equal(3, names.Length);
        foreach (var row in rows[1..])
        {
            var (truth, found) = (ImageFile.Read(_folder[$"set/masks/{row[0]}.png"]).Samples, ImageFile.Read(_folder[$"masks/{row[0]}.png"]).Samples);
            Assert.Equal(truth.Zip(found).Count(static pair => pair.First == pair.Second) / (double)truth.Length, double.Parse(row[Array.IndexOf(rows[0], "accuracy")]), 1e-12);
            for (var c = 0; c < 3; c++)
            {
                var (both, either) = (truth.Zip(found).Count(pair => pair.First == c && pair.Second == c), truth.Zip(found).Count(pair => pair.First == c || pair.Second == c));
                var (of, told) = (truth.Count(index => index == c), found.Count(index => index == c));
                Assert.Equal(either == 0 ? "" : ((double)both / either).ToString("R"), row[Array.IndexOf(rows[0], $"iou[{names[c]}]")]);
                Assert.Equal(of > 0 && both == 0, row[^2].Split(';').Contains(names[c]));
                Assert.Equal(of == 0 && told > 0, row[^1].Split(';').Contains(names[c]));
            }
        }
    }

    [Fact]
    public void Demands_and_their_names_are_checked()
    {
        WriteSet();
        ShortRun.EpochsIn(_folder["runs"], $"data.path={_folder["set"]}", "train.name=run", "train.epochs=1");
        Assert.Equal(7, _program.Run("evaluate", _folder["runs/run"], "--assert", "pooled.dice>=1.1", "--junit", _folder["junit.xml"]));
        Assert.Contains("wanted pooled.dice >= 1.1, got ", _program.Error);
        Assert.Contains("over all pixels", _program.Out);
        Assert.Contains("mean over images", _program.Out);
        Assert.Contains("pooled.dice", File.ReadAllText(_folder["junit.xml"]));
        Assert.Equal(2, _program.Run("evaluate", _folder["runs/run"], "--assert", "pooled.dise>=0.5"));
        Assert.Contains("did you mean 'pooled.dice'?", _program.Error);
    }

    [Fact]
    public void A_set_without_a_split_for_testing_is_refused()
    {
        WriteSet();
        ShortRun.EpochsIn(_folder["runs"], $"data.path={_folder["set"]}", "train.name=run", "train.epochs=1");
        Assert.Equal(4, _program.Run("evaluate", _folder["runs/run"], "--split", "test"));
        Assert.Contains("no pair is in the split test", _program.Error);
        File.Move(_folder["set/masks/3.png"], _folder["set/masks/3.gone"]);
        Assert.Equal(4, _program.Run("evaluate", _folder["runs/run"]));
    }

    private void WriteSet()
    {
        var samples = new SyntheticSamples(new() { Size = 32, Classes = 3 }, 0, 12, 3, 7);
        for (var i = 0; i < samples.Count; i++)
        {
            var (image, target) = samples.Load(i);
            _folder.Png($"set/images/{i}.png", image);
            _folder.Grey($"set/masks/{i}.png", image.Width, image.Height, target);
        }
    }

    public void Dispose() => _folder.Dispose();
}
