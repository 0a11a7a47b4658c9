using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using SegTrain.Core.Data;
using SegTrain.Core.Training;
using SegTrain.Tests.Core.Images;
using SegTrain.Tests.Core.Training;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Cli;

/// <summary>What goes wrong around a run, and what docs/ci.md says of it. What befalls checkpoints is in FaultTests.</summary>
public sealed partial class FaultTableTests(FaultTableTests.Unbroken unbroken) : IClassFixture<FaultTableTests.Unbroken>, IDisposable
{
    // A checkpoint of some 100 kB.
    private static readonly string[] Small =
    [
        "data.synthetic.train=8", "data.synthetic.validation=2", "data.synthetic.size=16", "data.threads=1", "model.depth=1", "model.width=8",
        "train.epochs=4", "train.batch_size=4", "train.device=cpu", "train.runs=.", "train.name=run",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Room for the first checkpoint and a part of those of the first epoch; then for all.</summary>
    [Fact]
    public void A_full_disk_ends_the_run_and_room_lets_it_go_on()
    {
        var probe = RealProgram.StartBy(Make("disk"), "exec unshare -rm mount -t tmpfs none .").Ended();
        Assert.SkipUnless(probe.Code == 0, $"this user may not mount: {probe.Error}");

        // The mount is gone with its shell, so that all must happen within.
        const string Script =
            """
            mount -t tmpfs -o size=300k none . && cd "$PWD" || exit 97
            "$@"; code=$?
            cp -r run ../full
            mount -o remount,size=16m . || exit 98
            "$1" fit --quiet --resume run || exit 99
            cp -r run ../resumed
            exit $code
            """;
        var (code, error) = RealProgram.StartBy(Make("disk"), $"exec unshare -rm sh -c '{Script}' sh \"$@\"", RealProgram.Fit(Small)).Ended();

        Assert.True(code == 3, $"{code}: {error}");
        Assert.Matches(@"^segtrain: the run folder can no longer be written: No space left on device .* are kept: make room, then go on with --resume\.\n$", error);
        AssertWhole("full");
        AssertUnbroken("resumed");
    }

    [Fact]
    public void A_file_that_may_not_grow_ends_the_run_as_a_full_disk_does()
    {
        // Half of an optimizer's file, in blocks of 512 bytes. What the runtime itself writes for its compiled code would not fit either.
        var (code, error) = RealProgram.StartBy(_folder.Path, "trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; ulimit -f 70; exec \"$@\"", RealProgram.Fit(Small)).Ended();
        Assert.True(code == 3, $"{code}: {error}");
        Assert.Contains("the run folder can no longer be written: File too large", error, StringComparison.Ordinal);
        RealProgram.Start(_folder.Path, "fit", "--quiet", "--resume", "run").Succeeded();
        AssertUnbroken("run");
    }

    /// <summary>Of a tiny net's files the events become the largest.</summary>
    [Fact]
    public void A_file_that_may_not_be_appended_to_ends_the_run_as_well()
    {
        string[] many = ["model.width=2", "train.epochs=150", "train.validate_every=150"];
        var (code, error) = RealProgram.StartBy(_folder.Path, "trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; ulimit -f 70; exec \"$@\"", RealProgram.Fit([.. Small, .. many])).Ended();
        Assert.True(code == 3, $"{code}: {error}");
        Assert.Matches("the run folder can no longer be written: File too large : '.*events.jsonl'", error);
    }

    [Fact]
    public void A_run_that_is_frozen_and_thawed_goes_on_as_if_nothing_had_been()
    {
        using var process = RealProgram.Start(_folder.Path, RealProgram.Fit(Small));
        while (!File.Exists(_folder.File("run/metrics.csv")) && !process.HasExited) Thread.Sleep(1);
        var frozen = 0;
        for (var time = 0; time < 3; time++)
        {
            Signal(process, "STOP");
            Thread.Sleep(200);
            frozen += State(process) == 'T' && Rows("run") < 4 ? 1 : 0;
            Signal(process, "CONT");
            Thread.Sleep(20);
        }
        process.Succeeded();
        Assert.InRange(frozen, 1, 3);
        AssertUnbroken("run");
    }

    [Fact]
    public void An_image_of_numbers_that_may_be_none_is_refused_before_training()
    {
        var (images, masks) = (Make("set/images"), Make("set/masks"));
        for (var i = 0; i < 4; i++) SmallPair.Write(images, masks, $"{i}");
        for (var i = 0; i < 4; i++)
        {
            File.Delete(Path.Combine(images, $"{i}.png"));
            var pixels = Enumerable.Range(0, 256).SelectMany(at => BitConverter.GetBytes(i == 2 && at == 100 ? float.NaN : at / 256f)).ToArray();
            File.WriteAllBytes(Path.Combine(images, $"{i}.tif"), RawImage.Tiff(16, 16, 32, 1, pixels, more: [(339, 3, 3)]));
        }
        var program = new SegTrainProgram { Fit = Fit.Run };
        Assert.Equal(4, program.Run([.. RealProgram.Fit(In(Small, $"data.path={_folder.File("set")}", "augment.preset=none", "train.batch_size=2"))]));
        Assert.Contains("2.tif:", program.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("run")));
    }

    [Fact]
    public void A_loss_that_is_no_number_is_reported_with_its_step_and_the_files_of_its_batch()
    {
        var (images, masks) = (Make("set/images"), Make("set/masks"));
        for (var i = 0; i < 15; i++) SmallPair.Write(images, masks, $"{i}");
        string[] keys = In(Small, $"data.path={_folder.File("set")}", "data.threads=2", "loss=1e37*ce", "optimizer.name=sgd", "optimizer.clip_norm=0");
        var program = new SegTrainProgram { Fit = Fit.Run };
        Assert.Equal(6, program.Run([.. RealProgram.Fit(keys)]));
        var said = Diverged().Match(program.Error);
        Assert.True(said.Success, program.Error);

        var config = program.Request!.Config.Run;
        var data = Dataset.Open(config.Loading);
        var plan = new TrainingPlan(data.Train, config.Augment, config.Loading.Batch, config.Data.Repeat, config.Train.Seed);
        var (step, epoch) = (int.Parse(said.Groups["step"].Value) - 1, int.Parse(said.Groups["epoch"].Value) - 1);
        var batch = plan.Batches(epoch)[step - (epoch * plan.StepsPerEpoch)];
        Assert.Equal(string.Join(", ", batch.Select(item => data.Train.Name(plan.Sample(item)))), said.Groups["files"].Value);
        AssertWhole("run");
    }

    /// <summary>Nothing of a mask that is ignored counts: its loss is 0, and a set of them has no metrics.</summary>
    [Theory]
    [InlineData("bce-dice")]
    [InlineData("ce + lovasz")]
    public void Masks_that_are_all_ignored_have_a_loss_of_0_and_no_metrics(string loss)
    {
        var (images, masks) = (Make("set/train/images"), Make("set/train/masks"));
        for (var i = 0; i < 4; i++) SmallPair.Write(images, masks, $"{i}");
        var (validation, ignored) = (Make("set/val/images"), Make("set/val/masks"));
        for (var i = 4; i < 6; i++) SmallPair.Write(validation, ignored, $"{i}");
        foreach (var mask in new[] { Path.Combine(masks, "0.png"), Path.Combine(ignored, "4.png"), Path.Combine(ignored, "5.png") })
            SegTrain.Core.Images.ImageFile.WritePng(mask, new(16, 16, 1, 8, [.. Enumerable.Repeat((byte)100, 256)]));

        var program = new SegTrainProgram { Fit = Fit.Run };
        var code = program.Run([.. RealProgram.Fit(In(Small, $"data.path={_folder.File("set")}", "data.ignore=[100]", $"loss={loss}", "train.batch_size=1")), "--json", "--assert", "val.dice>=0"]);
        Assert.True(code == 7, program.Error);
        Assert.Equal(1, Regex.Count(program.Error, "warning: val.dice has no value: no pixel of the validation masks counts for it"));
        Assert.Contains("assertion failed: wanted val.dice >= 0, got no value", program.Error, StringComparison.Ordinal);

        var epochs = Events("run").Where(static line => line.GetProperty("event").GetString() == "epoch").Select(static line => line.GetProperty("metrics")).ToList();
        Assert.Equal(4, epochs.Count);
        Assert.All(epochs, static metrics =>
        {
            Assert.InRange(metrics.GetProperty("train.loss").GetDouble(), 1e-6, 10);
            Assert.Equal(0, metrics.GetProperty("val.loss").GetDouble());
            Assert.Equal(JsonValueKind.Null, metrics.GetProperty("val.dice").ValueKind);
            Assert.Equal(JsonValueKind.Null, metrics.GetProperty("val.accuracy").ValueKind);
        });
        Assert.Equal(1, Events("run")[^1].GetProperty("best_epoch").GetInt32());
    }

    /// <summary>Not as much memory as the net takes, on a machine that has it.</summary>
    [Fact]
    public void Too_little_address_space_is_out_of_memory_and_nothing_else()
    {
        // 6 GB. The runtime sets aside half of what there is, and LibTorch's files take more than one.
        const string Limited = "ulimit -c 0; ulimit -v 6000000; exec \"$@\"";
        var (code, error) = RealProgram.StartBy(_folder.Path, Limited, RealProgram.Fit(Small)).Ended();
        Assert.SkipUnless(code == 0, $"this backend does not run in 6 GB of address space: {error}");

        // The first convolution alone makes 256 x 2048^2 floats of the one image, 4.3 GB.
        (code, error) = RealProgram.StartBy(
            _folder.Path, Limited, RealProgram.Fit([.. Small, "train.name=huge", "data.synthetic.train=2", "data.synthetic.size=2048", "model.width=256", "train.batch_size=1"])).Ended();
        Assert.True(code == 8, $"{code}: {error}");
        Assert.Matches(@"^segtrain: out of memory; lower augment.crop, .*\n$", error);
        Assert.Equal("failed", Events("huge")[^1].GetProperty("reason").GetString());
        AssertWhole("huge");
    }

    // The same keys, in this test's folder and not in the process's.
    private string[] In(string[] keys, params string[] more) => [.. keys, $"train.runs={_folder.Path}", .. more];

    private string Make(string name) => Directory.CreateDirectory(_folder.File(name)).FullName;

    private static void Signal(Process process, string name)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{name} {process.Id}"]);
        kill.WaitForExit();
    }

    // The third field of proc_pid_stat(5), after a name in brackets.
    private static char State(Process process) => File.ReadAllText($"/proc/{process.Id}/stat") is var stat ? stat[stat.LastIndexOf(')') + 2] : '?';

    private int Rows(string run) => File.ReadLines(_folder.File($"{run}/metrics.csv")).Count() - 1;

    private List<JsonElement> Events(string run) =>
        [.. File.ReadLines(_folder.File($"{run}/events.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement)];

    /// <summary>That its last checkpoint is what was written, and its events are all legible.</summary>
    private void AssertWhole(string run)
    {
        var last = _folder.File($"{run}/checkpoints/last");
        using var sums = Process.Start(new ProcessStartInfo("sha256sum", ["--check", "--quiet", "SHA256SUMS"]) { WorkingDirectory = last })!;
        sums.WaitForExit();
        Assert.Equal(0, sums.ExitCode);
        Assert.NotEmpty(Events(run));
    }

    /// <summary>That a run ended like one to which nothing happened.</summary>
    private void AssertUnbroken(string run)
    {
        RunBits.AssertSame(unbroken.Run, _folder.File(run));
        Assert.NotEmpty(Events(run));
    }

    [GeneratedRegex(@"became \S+ in step (?<step>\d+) \(epoch (?<epoch>\d+)\), in the batch of (?<files>[^;]*);")]
    private static partial Regex Diverged();

    /// <summary>The run to which nothing happens.</summary>
    public sealed class Unbroken : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Unbroken() => RealProgram.Start(_folder.Path, RealProgram.Fit(Small)).Succeeded();

        internal string Run => _folder.File("run");

        public void Dispose() => _folder.Dispose();
    }
}
