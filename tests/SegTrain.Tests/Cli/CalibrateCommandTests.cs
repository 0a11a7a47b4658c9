using System.Text.Json;
using SegTrain.Core.Calibrate;
using SegTrain.Core.Data;
using SegTrain.Core.Evaluate;
using SegTrain.Core.Files;
using SegTrain.Core.Trained;
using SegTrain.Tests.Core.Images;
using SegTrain.Tests.Core.Training;
using static TorchSharp.torch;

namespace SegTrain.Tests.Cli;

/// <summary>Trained for real, on a set of files.</summary>
public sealed class CalibrateCommandTests(CalibrateCommandTests.Runs runs) : IClassFixture<CalibrateCommandTests.Runs>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SegTrainProgram _program = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Logits five times too large: the temperature is five times that of the run as it is, and what is left of the error is small on other images too.</summary>
    [Theory]
    [InlineData("classes")]
    [InlineData("two")]
    public void Too_sure_a_net_is_believable_afterwards_on_other_images_too(string run)
    {
        var (sound, sure) = (Sharpened(run, 1), Sharpened(run, 5));
        var (once, before) = (Calibrated(sound), Unseen(run, sure, [1]));
        var masks = Masks(sure);
        var found = Calibrated(sure);
        Assert.Equal(5, found.Temperature / once.Temperature, 1e-3);
        Assert.True(found.After < 0.5 * found.Before, $"{found}");
        var after = Unseen(run, sure, ModelFile.Describe(sure).Card.Temperatures);
        Assert.True(after < 0.5 * before, $"{before} and {after}");
        Assert.Equal(masks, Masks(sure));
        // Again it begins with the net as it is.
        Assert.Equal(found, Calibrated(sure));
    }

    [Fact]
    public void The_table_says_before_and_after_and_the_run_has_the_temperature()
    {
        var run = _folder["run"];
        Copy(runs["classes"], run);
        Assert.Equal(0, _program.Run("calibrate", run, "--device", "cpu"));
        Assert.Matches(@"^ +ECE +Brier +log loss\nbefore, at 1( +[\d.]+){3}\nafter( +[\d.]+){3}\n\ntemperature \d\.\d{4}, kept in \S+best.model\.safetensors; 4 images in 0:00\n$", _program.Out);
        Assert.Contains("temperatures are fitted to 4096 pixels of 4 images, drawn by seed ", _program.Error);
        var temperature = Assert.Single(ModelFile.Describe(ModelFile.Find(run)).Card.Temperatures);
        Assert.NotEqual(1, temperature);
        Assert.Equal(0, new SegTrainProgram().Run("evaluate", run, "--device", "cpu", "-q"));
    }

    /// <summary>What evaluate says with it, against what it says with a half and beside it.</summary>
    [Fact]
    public void The_threshold_with_the_best_Dice_is_kept_and_used()
    {
        var model = Sharpened("two", 1, shift: 1.5f);
        var dice = (string[] arguments) =>
        {
            var program = new SegTrainProgram();
            Assert.Equal(0, program.Run(["evaluate", model, "--json", "--device", "cpu", "-q", .. arguments]));
            using var json = JsonDocument.Parse(program.Out);
            return (Threshold: json.RootElement.GetProperty("threshold").GetDouble(), Dice: json.RootElement.GetProperty("metrics").GetProperty("pooled.dice").GetDouble());
        };
        var half = dice([]);
        Assert.Equal(0.5, half.Threshold);
        var chosen = dice(["--threshold", "auto"]);
        Assert.True(chosen.Dice > half.Dice && chosen.Threshold > 0.55, $"{half} and {chosen}");
        Assert.Equal(chosen.Threshold, ModelFile.Describe(model).Card.Threshold);
        Assert.Equal(chosen, dice([]));
        foreach (var beside in (double[])[-0.05, -0.01, 0.01, 0.05]) Assert.True(dice(["--threshold", $"{Math.Min(0.999, chosen.Threshold + beside)}"]).Dice <= chosen.Dice);
        Assert.Equal(0, _program.Run("evaluate", model, "--threshold", "auto", "--device", "cpu"));
        Assert.Contains($", threshold {chosen.Threshold}, kept in the model; 4 images", _program.Out);
        Assert.Matches($@"the threshold with the best Dice is {chosen.Threshold}; \S+two-1\.safetensors has it from now on, in place of {chosen.Threshold}", _program.Error);
        // At another temperature it is another probability of the same pixels.
        var masks = Masks(model);
        Calibrated(model);
        Assert.NotEqual(chosen.Threshold, ModelFile.Describe(model).Card.Threshold);
        Assert.Equal(masks, Masks(model));
    }

    [Fact]
    public void Labels_have_a_temperature_each_where_it_is_asked_for()
    {
        var run = _folder["run"];
        Copy(runs["labels"], run);
        Assert.Equal(0, _program.Run("calibrate", run, "--per-class", "--device", "cpu"));
        Assert.Matches(@"\ntemperatures a \d+\.\d{4}, b \d+\.\d{4}, kept in ", _program.Out);
        Assert.Equal(2, ModelFile.Describe(ModelFile.Find(run)).Card.Temperatures.Distinct().Count());
        var (together, each) = (Ece(run, []), Ece(run, ["--per-class"]));
        Assert.True(each.LogLoss <= together.LogLoss, $"{each} and {together}");
    }

    [Theory]
    [InlineData(2, "calibrate is about one model, and these are 3; name one of them: ", "calibrate", "")]
    [InlineData(2, "--per-class: class 0, class 1, class 2 exclude each other, and a temperature for each could make another class the likeliest; leave it out", "calibrate", "classes", "--per-class")]
    [InlineData(4, "does not exist; name a run, a checkpoint or its model.safetensors", "calibrate", "none")]
    [InlineData(2, "--threshold auto: class 0, class 1, class 2 exclude each other, and the likeliest wins without a threshold", "evaluate", "classes", "--threshold", "auto")]
    [InlineData(2, "--threshold auto: a threshold is chosen on the validation images of the model's own run", "evaluate", "two", "--threshold", "auto", "--split", "train")]
    [InlineData(2, "--threshold auto: a threshold is chosen on the validation images of the model's own run", "evaluate", "two", "--threshold", "auto", "--data", "set")]
    [InlineData(2, "--threshold auto is about one model, and these are 3", "evaluate", "", "--threshold", "auto")]
    [InlineData(2, "--threshold: must be between 0 and 1, or auto", "evaluate", "two", "--threshold", "best")]
    public void Wrong_uses_are_refused_and_change_nothing(int code, string message, string verb, string run, params string[] options)
    {
        var before = Cards();
        Assert.Equal(code, _program.Run([verb, runs[run], .. options]));
        Assert.Contains(message, _program.Error);
        Assert.Equal(before, Cards());

        string Cards() => string.Join('\n', ModelFile.FindAll(runs[""]).Select(static file => ModelFile.Describe(file).Card.ToJson()));
    }

    private (double Temperature, double Before, double After) Calibrated(string model)
    {
        var program = new SegTrainProgram();
        Assert.Equal(0, program.Run("calibrate", model, "--json", "--device", "cpu", "-q"));
        using var json = JsonDocument.Parse(program.Out);
        return (json.RootElement.GetProperty("temperatures")[0].GetDouble(), json.RootElement.GetProperty("before").GetProperty("ece").GetDouble(), json.RootElement.GetProperty("after").GetProperty("ece").GetDouble());
    }

    private static (double Ece, double LogLoss) Ece(string run, string[] options)
    {
        var program = new SegTrainProgram();
        Assert.Equal(0, program.Run(["calibrate", run, "--json", "--device", "cpu", "-q", .. options]));
        using var json = JsonDocument.Parse(program.Out);
        var after = json.RootElement.GetProperty("after");
        return (after.GetProperty("ece").GetDouble(), after.GetProperty("log_loss").GetDouble());
    }

    // Of images that the run has never seen.
    private double Unseen(string run, string file, double[] temperatures)
    {
        using var model = TrainedModel.Open(file, CPU);
        var set = EvaluationSet.Open(model.Card, model.Config, runs[$"unseen-{run}"], EvaluationSplit.All, null);
        var found = new Reliability(model.Card.Mode, model.Card.Outputs, temperatures);
        set.ForEach(CPU, new Progress<SegTrain.Core.Predict.PredictStep>(), (batch, tensors) =>
        {
            for (var i = 0; i < batch.Count; i++)
                found.Add(Core.Models.NetFixture.Numbers(model.Net.Infer(tensors.Images.narrow(0, i, 1))), batch.Targets.AsSpan(i * 1024, 1024));
        }, TestContext.Current.CancellationToken);
        return found.Ece;
    }

    private string Masks(string model)
    {
        var program = new SegTrainProgram();
        Assert.Equal(0, program.Run("predict", model, runs["unseen-classes/images"], "--out", _folder["masks"], "--masks", "index", "--force", "--device", "cpu", "-q"));
        return string.Join('\n', Directory.GetFiles(_folder["masks"], "*.png").Order().Select(static mask => Convert.ToHexString(File.ReadAllBytes(mask))));
    }

    // A model file by itself, whose logits are so many times as large, and that much larger.
    private string Sharpened(string run, float factor, float shift = 0)
    {
        var (source, file) = (ModelFile.Find(runs[run]), _folder[$"{run}-{factor}.safetensors"]);
        using var model = TrainedModel.Open(source, CPU);
        using var gradients = no_grad();
        foreach (var parameter in model.Net.Parameters.All.Where(static one => one.Name.StartsWith("head.", StringComparison.Ordinal)))
        {
            parameter.Value.mul_(tensor(factor));
            if (parameter.Name == "head.bias") parameter.Value.add_(tensor(shift));
        }
        AtomicFile.Write(file, stream => Safetensors.Write(stream, [.. model.Net.Parameters.All.Select(static one => (one.Name, one.Value))], Safetensors.ReadMetadata(source)));
        return file;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Three runs, trained once for all: of three classes, of two, and of two labels.</summary>
    public sealed class Runs : IDisposable
    {
        private readonly TempFolder _folder = new();

        public Runs()
        {
            foreach (var (name, classes) in (ReadOnlySpan<(string, int)>)[("classes", 3), ("two", 2)])
            {
                WriteSet($"set-{name}", classes, 0);
                WriteSet($"unseen-{name}", classes, 1000);
                Train(name, $"data.path={_folder[$"set-{name}"]}");
            }
            Train("labels", $"data.path={_folder["set-classes"]}", "data.images=images/*.png", "data.classes=[{name: a, masks: 'one/*.png'}, {name: b, masks: 'two/*.png'}]");
        }

        public string this[string name] => name.StartsWith("unseen", StringComparison.Ordinal) ? _folder[name] : _folder[$"runs/{name}"];

        private void Train(string name, params string[] keys) => ShortRun.EpochsIn(_folder["runs"],
            [.. keys, $"train.name={name}", "data.validation=0.25", "optimizer.learning_rate=0.01", .. name switch
            {
                "classes" => (string[])["loss=ce", "train.epochs=20"],
                // So easy that a longer run leaves no error to mend.
                "two" => ["loss=ce", "train.epochs=5"],
                _ => ["loss=bce", "train.epochs=3"],
            }]);

        private void WriteSet(string name, int classes, int offset)
        {
            var samples = new SyntheticSamples(new() { Size = 32, Classes = classes }, offset, 16, 3, 7);
            for (var i = 0; i < samples.Count; i++)
            {
                var (image, target) = samples.Load(i);
                _folder.Png($"{name}/images/{i}.png", image);
                _folder.Grey($"{name}/masks/{i}.png", image.Width, image.Height, target);
                foreach (var (folder, c) in (ReadOnlySpan<(string, int)>)[("one", 1), ("two", 2)])
                    if (classes == 3) _folder.Grey($"{name}/{folder}/{i}.png", image.Width, image.Height, [.. target.Select(index => (byte)(index == c ? 255 : 0))]);
            }
        }

        public void Dispose() => _folder.Dispose();
    }
}
