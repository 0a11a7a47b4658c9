using System.Runtime.InteropServices;
using SegTrain.Core;
using SegTrain.Core.Engine;
using SegTrain.Core.Recipe;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;
using Serilog.Core;
using Serilog.Events;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Training;

/// <summary>What goes wrong in a run, and what is left of it.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("state.json")]
    [InlineData("SHA256SUMS")]
    public void A_damaged_checkpoint_is_replaced_by_the_one_before(string file)
    {
        Train("train.epochs=2");
        var path = _folder.File($"run/checkpoints/last/{file}");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(path, bytes);
        var result = Resume("train.epochs=3");
        Assert.Equal(3, result.Epochs);
        Assert.Contains(_warnings, static text => text.Contains("the checkpoint is damaged", StringComparison.Ordinal) && text.Contains("last.old, saved after step 2", StringComparison.Ordinal));
    }

    [Fact]
    public void A_truncated_checkpoint_without_another_is_refused_and_kept()
    {
        Train("train.epochs=1");
        Directory.Delete(_folder.File("run/checkpoints/last.old"), recursive: true);
        var path = _folder.File("run/checkpoints/last/model.safetensors");
        using (var file = File.OpenWrite(path)) file.SetLength(1000);
        var error = Assert.Throws<SegTrainException>(() => Resume("train.epochs=2"));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.Contains("No checkpoint is left", error.Message, StringComparison.Ordinal);
        Assert.Equal(1000, new FileInfo(path).Length);
    }

    [Fact]
    public void A_run_that_was_killed_before_its_first_checkpoint_begins_anew()
    {
        Killed("train.epochs=1");
        Assert.Equal(1, Resume().Epochs);
    }

    /// <summary>Nothing of this comes from a kill: the last checkpoint is there before the first epoch.</summary>
    [Theory]
    [InlineData("checkpoints/last", "checkpoints/last.old")]
    [InlineData("checkpoints")]
    [InlineData("checkpoints/last", "checkpoints/last.old", "metrics.csv")]
    [InlineData("checkpoints/last.old", "checkpoints/last/SHA256SUMS", "checkpoints/best", "metrics.csv")]
    public void A_run_whose_last_checkpoint_is_gone_is_refused_and_kept(params string[] gone)
    {
        Train("train.epochs=2");
        foreach (var name in gone)
        {
            if (Directory.Exists(_folder.File($"run/{name}"))) Directory.Delete(_folder.File($"run/{name}"), recursive: true);
            else File.Delete(_folder.File($"run/{name}"));
        }
        var before = Contents();
        var error = Assert.Throws<SegTrainException>(() => Resume());
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.StartsWith(_folder.File("run/checkpoints/last"), error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Contents());

        string[] Contents() => [.. Directory.GetFiles(_folder.File("run"), "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith("/lock", StringComparison.Ordinal))
            .Order().Select(static file => $"{file} {Convert.ToBase64String(File.ReadAllBytes(file))}")];
    }

    [Fact]
    public void A_checkpoint_that_a_kill_left_between_its_two_renames_gets_its_name()
    {
        Train("train.epochs=1");
        Directory.Delete(_folder.File("run/checkpoints/last.old"), recursive: true);
        Directory.Move(_folder.File("run/checkpoints/last"), _folder.File("run/checkpoints/last.new"));
        var config = EffectiveConfig.Load(new() { File = _folder.File("run/config.yaml"), Options = [Set("train.epochs=2")] });
        string[] names = [];
        Fit.Run(new FitRequest(config, _folder.File("run"), [], ""), new Watcher(started: run => names = [.. RunFolder.Open(run.Folder).Checkpoints.Order()]), Log(), CancellationToken.None);
        Assert.Equal(["best", "last"], names);
    }

    [Fact]
    public void A_checkpoint_of_another_version_is_not_called_damaged()
    {
        Train("train.epochs=1");
        var (state, sums) = (_folder.File("run/checkpoints/last/state.json"), _folder.File("run/checkpoints/last/SHA256SUMS"));
        var before = Hash();
        File.WriteAllText(state, File.ReadAllText(state).Replace($"\"schema\": {TrainState.Version},", "\"schema\": 3,", StringComparison.Ordinal));
        File.WriteAllText(sums, File.ReadAllText(sums).Replace(before, Hash(), StringComparison.Ordinal));
        var error = Assert.Throws<SegTrainException>(() => Resume("train.epochs=2"));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.Contains("another version of segtrain wrote this checkpoint (state.json has schema 3, this program 4)", error.Message, StringComparison.Ordinal);

        string Hash() => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(state)));
    }

    [Fact]
    public void A_row_of_metrics_that_somebody_wrote_belongs_to_no_epoch()
    {
        Train("train.epochs=2");
        var rows = File.ReadAllLines(_folder.File("run/metrics.csv"));
        File.WriteAllLines(_folder.File("run/metrics.csv"), [rows[0], rows[1], "mean,1,2", rows[2]]);
        Resume("train.epochs=3");
        Assert.Equal(rows, File.ReadLines(_folder.File("run/metrics.csv")).Take(3));
    }

    [Fact]
    public void A_run_that_begins_anew_has_the_first_weights_that_it_was_given()
    {
        Train("train.epochs=1", "train.name=first");
        Train("train.epochs=1", $"model.weights={_folder.File("first")}");
        var weights = File.ReadAllBytes(_folder.File("run/checkpoints/last/model.safetensors"));
        Directory.Delete(_folder.File("run"), recursive: true);
        Killed("train.epochs=1", $"model.weights={_folder.File("first")}");
        Resume();
        Assert.Equal(weights, File.ReadAllBytes(_folder.File("run/checkpoints/last/model.safetensors")));
    }

    [Theory]
    [InlineData("model.width=4", "model.width is 4 by --set model.width, but the run has 8")]
    [InlineData("optimizer.learning_rate=0.5", "optimizer.learning_rate is 0.5 by --set optimizer.learning_rate, but the run has null")]
    public void A_resumed_run_is_the_same_run(string change, string message)
    {
        Train("train.epochs=1");
        var error = Assert.Throws<SegTrainException>(() => Resume(change));
        Assert.Equal(ExitCode.Config, error.Code);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static readonly Dictionary<string, Action<string, string>> s_changes = new()
    {
        ["another pair"] = static (images, masks) => SmallPair.Write(images, masks, "another"),
        ["another image of that name and size"] = static (images, _) => SmallPair.WriteInverted(images, "1"),
        ["masks of the same classes, exchanged"] = static (_, masks) =>
        {
            File.Move(Path.Combine(masks, "0.png"), Path.Combine(masks, "x"));
            File.Move(Path.Combine(masks, "1.png"), Path.Combine(masks, "0.png"));
            File.Move(Path.Combine(masks, "x"), Path.Combine(masks, "1.png"));
        },
    };

    public static TheoryData<string> Changes => [.. s_changes.Keys];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Other_data_are_refused(string what)
    {
        var images = Directory.CreateDirectory(_folder.File("set/images")).FullName;
        var masks = Directory.CreateDirectory(_folder.File("set/masks")).FullName;
        for (var i = 0; i < 6; i++) SmallPair.Write(images, masks, $"{i}");
        SmallPair.WriteInverted(masks, "0");
        Train("train.epochs=1", $"data.path={_folder.File("set")}");
        Assert.Equal(2, Resume("train.epochs=2").Epochs);
        s_changes[what](images, masks);
        var error = Assert.Throws<SegTrainException>(() => Resume("train.epochs=3"));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.Contains("are not those that the run was begun with", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Of eight images it would choose 1, and here or elsewhere another precision.</summary>
    [Fact]
    public void What_is_left_open_is_what_the_run_has()
    {
        Train("train.epochs=1", "train.precision=bf16");
        Resume("train.epochs=2", "train.batch_size=auto", "train.precision=auto");
        var train = EffectiveConfig.Load(new() { File = _folder.File("run/config.yaml") }).Run.Train;
        Assert.Equal((4, Precision.Bf16), (train.BatchSize, train.Precision));
    }

    [Fact]
    public void Two_runs_never_share_a_folder()
    {
        Train("train.epochs=1");
        using var other = RunFolder.Open(_folder.File("run")).Claim();
        var error = Assert.Throws<SegTrainException>(() => Resume("train.epochs=2"));
        Assert.Contains("another segtrain", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_folder_that_is_deleted_under_way_ends_the_run_with_a_message()
    {
        var error = Assert.Throws<SegTrainException>(() => Train(_ => Directory.Delete(_folder.File("run"), recursive: true), "train.epochs=3"));
        Assert.Equal(ExitCode.Config, error.Code);
        Assert.Contains("can no longer be written", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_ended_the_run_is_said_also_when_it_cannot_be_written_down()
    {
        var error = Assert.Throws<SegTrainException>(() => Train(
            _ =>
            {
                File.Delete(_folder.File("run/events.jsonl"));
                Directory.CreateDirectory(_folder.File("run/events.jsonl"));
                throw new SegTrainException(ExitCode.Diverged, "the loss became NaN");
            },
            "train.epochs=3"));
        Assert.Equal((ExitCode.Diverged, "the loss became NaN"), (error.Code, error.Message));
        Assert.Contains(_warnings, static text => text.StartsWith("the end of the run is not in its events", StringComparison.Ordinal));
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_and_names_step_and_files()
    {
        var error = Assert.Throws<SegTrainException>(() => Train("train.epochs=40", Explosive, "optimizer.clip_norm=0"));
        Assert.Equal(ExitCode.Diverged, error.Code);
        Assert.Matches(@"became .* in step \d+ \(epoch \d+\), in the batch of synthetic \d, ", error.Message);
        Assert.True(File.Exists(_folder.File("run/checkpoints/last/state.json")));
    }

    [Fact]
    public void No_checkpoint_has_weights_that_are_no_numbers()
    {
        Assert.Throws<SegTrainException>(() => Train("train.epochs=40", Explosive, "optimizer.clip_norm=0", "train.save_every=1steps"));
        var file = File.ReadAllBytes(_folder.File("run/checkpoints/last/model.safetensors"));
        var numbers = MemoryMarshal.Cast<byte, float>(file.AsSpan(8 + BitConverter.ToInt32(file))).ToArray();
        Assert.All(numbers, static number => Assert.True(float.IsFinite(number)));
    }

    [Fact]
    public void Steps_without_a_finite_gradient_are_skipped_on_request()
    {
        // Once the weights are beyond float32 every step is skipped, until that is too many.
        var error = Assert.Throws<SegTrainException>(() => Train("train.epochs=40", Explosive, "optimizer.clip_norm=0", "train.non_finite=skip"));
        Assert.Contains("steps before it were skipped", error.Message, StringComparison.Ordinal);
        Assert.InRange(_warnings.Count(static text => text.EndsWith("the step is skipped", StringComparison.Ordinal)), 10, 20);
    }

    [Fact]
    public void The_run_goes_back_to_its_checkpoint_on_request()
    {
        var error = Assert.Throws<SegTrainException>(() => Train("train.epochs=40", Explosive, "optimizer.clip_norm=0", "train.non_finite=rewind"));
        Assert.Equal(ExitCode.Diverged, error.Code);
        Assert.Equal(["0.5", "0.25", "0.125"],
            _warnings.Where(static text => text.Contains("going back to step", StringComparison.Ordinal)).Select(static text => text.Split(" with ")[1].Split(' ')[0]));
    }

    [Fact]
    public void More_than_there_is_memory_is_said_and_nothing_is_lost()
    {
        Train("train.epochs=1");
        var before = File.ReadAllBytes(_folder.File("run/checkpoints/last/state.json"));
        var error = Assert.Throws<SegTrainException>(() => Train("train.name=huge", "train.epochs=1", "data.synthetic.size=4096", "model.width=1024", "train.batch_size=8"));
        Assert.Equal(ExitCode.OutOfMemory, error.Code);
        Assert.Equal(before, File.ReadAllBytes(_folder.File("run/checkpoints/last/state.json")));
    }

    [Fact]
    public void Patience_ends_a_run_that_no_longer_improves()
    {
        var result = Train("train.epochs=50", "train.patience=2", "optimizer.learning_rate=1e-9", "schedule.warmup=0");
        Assert.InRange(result.Epochs, 3, 10);
        Assert.Equal(result.Epochs, result.BestEpoch + 2);
    }

    [Fact]
    public void A_budget_of_steps_ends_the_run_and_its_schedule()
    {
        Train("train.budget=5steps", "schedule.warmup=0");
        var rates = File.ReadLines(_folder.File("run/metrics.csv")).Skip(1).Select(static row => double.Parse(row.Split(',')[1])).ToArray();
        Assert.Equal(3, rates.Length);
        // Steps 1, 3 and 4 of 5, two an epoch, of half a cosine from the loss's own rate.
        Assert.Equal((1 + Math.Cos(Math.PI / 5)) / (1 + Math.Cos(Math.PI * 4 / 5)), rates[0] / rates[2], 6);
    }

    /// <summary>The first epoch is the best; the second is no better, which halves the rate of the third, and so on.</summary>
    [Fact]
    public void A_plateau_lowers_the_rate_of_the_next_epoch()
    {
        Train("train.epochs=4", "model.norm=instance", "optimizer.learning_rate=1e-9", "schedule.name=plateau", "schedule.patience=1", "schedule.factor=0.5", "schedule.warmup=0");
        Assert.Equal([1e-9, 1e-9, 0.5e-9, 0.25e-9], File.ReadLines(_folder.File("run/metrics.csv")).Skip(1).Select(static row => double.Parse(row.Split(',')[1])));
    }

    // Beyond float32 after a step, whatever the rounding.
    private const string Explosive = "loss=1e37*ce";

    private FitResult Train(params string[] keys) => Train(static _ => { }, keys);

    private FitResult Train(Action<EpochInfo> afterEpoch, params string[] keys) =>
        Fit.Run(new FitRequest(LoadSet([.. Keys(keys)]), null, [], ""), new Watcher(epoch: afterEpoch), Log(), CancellationToken.None);

    // As a kill leaves it before the first checkpoint.
    private void Killed(params string[] keys) => Assert.Throws<AbandonedException>(() => Fit.Run(
        new FitRequest(LoadSet([.. Keys(keys)]), null, [], ""), new Watcher(started: static _ => throw new AbandonedException()), Log(), CancellationToken.None));

    private FitResult Resume(params string[] keys)
    {
        var run = _folder.File("run");
        var config = EffectiveConfig.Load(new() { File = RunFolder.Open(run).Config, Options = [.. keys.Select(Set)] });
        return Fit.Run(new FitRequest(config, run, [], ""), new Watcher(), Log(), CancellationToken.None);
    }

    private IEnumerable<string> Keys(string[] keys) => new[]
    {
        "data.synthetic.train=8", "data.synthetic.validation=2", "data.synthetic.size=16", "data.threads=1", "model.depth=1", "model.width=8",
        "optimizer.name=sgd", "train.batch_size=4", "train.device=cpu", "train.name=run", $"train.runs={_folder.Path}",
    }.Concat(keys).GroupBy(static key => key.Split('=')[0]).Select(static group => group.Last());

    private Logger Log() => LogListener.Of(line =>
    {
        if (line.Level == LogEventLevel.Warning) _warnings.Add(line.RenderMessage());
    });

    private sealed class AbandonedException : Exception;
}
