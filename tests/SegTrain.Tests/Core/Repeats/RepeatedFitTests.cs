using SegTrain.Core;
using SegTrain.Core.Config;
using SegTrain.Core.Recipe;
using SegTrain.Core.Repeats;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;
using Serilog.Core;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Repeats;

public sealed class RepeatedFitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<FitRequest> _asked = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_seed_is_a_run_in_the_folder_of_the_group()
    {
        var result = Repeat(new(RepeatKind.Seed, 3), null, "train.seed=7", "train.name=group");
        Assert.Equal(_folder.File("group"), result.Folder);
        Assert.Equal(["seed-7", "seed-8", "seed-9"], result.Runs.Select(static run => run.Name));
        Assert.Equal([7, 8, 9], _asked.Select(static request => request.Config.Run.Train.Seed));
        Assert.All(_asked, request => Assert.Equal(result.Folder, request.Config.Run.Train.Runs));
        Assert.Equal(8, Assert.Single(result.Metrics).Mean);
        Assert.StartsWith("metric,runs,mean,sd,min,max,low,high\nval.dice,3,8,1,7,9,", File.ReadAllText(_folder.File("group/summary.csv")));
    }

    [Fact]
    public void Each_fold_is_a_run()
    {
        Repeat(new(RepeatKind.Fold, 3), null, "train.seed=7");
        Assert.Equal([("fold-0", "0/3", 7), ("fold-1", "1/3", 7), ("fold-2", "2/3", 7)],
            _asked.Select(static request => (request.Config.Run.Train.Name!, request.Config.Run.Data.Fold!, request.Config.Run.Train.Seed)));
    }

    [Fact]
    public void A_stopped_group_goes_on_where_it_was()
    {
        using var stop = new CancellationTokenSource();
        var stopped = Assert.Throws<OperationCanceledException>(() => Repeat(new(RepeatKind.Seed, 3), null, stop, atSeed: 2, "train.name=group"));
        Assert.Equal($"stopped in seed-2, 1 of 3 runs are done; go on with: segtrain fit --resume {_folder.File("group")}", stopped.Message);
        // Killed before anything was written in it.
        Directory.CreateDirectory(_folder.File("group/seed-3"));

        _asked.Clear();
        Assert.Equal("seed 3", $"{RepeatFolder.RepetitionIn(_folder.File("group"))}");
        Repeat(new(RepeatKind.Seed, 3), _folder.File("group"));
        Assert.Equal([_folder.File("group/seed-1"), _folder.File("group/seed-2"), null], _asked.Select(static request => request.Resume));
    }

    [Fact]
    public void What_was_a_default_is_one_when_the_group_is_resumed()
    {
        Repeat(new(RepeatKind.Seed, 2), null, "train.name=group", "model.width=4");
        var stored = EffectiveConfig.Load(new() { File = _folder.File("group/config.yaml") });
        Assert.NotEqual(Origin.Default, stored.OriginOf("model.width"));
        Assert.Equal(Origin.Default, stored.OriginOf("data.synthetic.classes"));
        Assert.Equal(Origin.Default, stored.OriginOf("train.epochs"));
    }

    [Fact]
    public void A_run_that_fails_is_named_and_leaves_nothing_when_nothing_began()
    {
        var failed = Assert.Throws<SegTrainException>(() => RepeatedFit.Run(
            static (_, _, _, _) => throw new SegTrainException(ExitCode.Data, "no such folder"),
            Request(null, "train.name=group"), new(RepeatKind.Fold, 2), new Watcher(), Logger.None, CancellationToken.None));
        Assert.Equal((ExitCode.Data, "fold-0: no such folder"), (failed.Code, failed.Message));
        Assert.False(Directory.Exists(_folder.File("group")));
    }

    [Fact]
    public void A_single_run_or_another_group_is_no_group_to_resume()
    {
        RunFolder.Create(_folder.Path, "single", "", DateTime.Now);
        Assert.Null(RepeatFolder.RepetitionIn(_folder.File("single")));
        Assert.Contains("is a single run", Assert.Throws<SegTrainException>(() => Repeat(new(RepeatKind.Seed, 2), _folder.File("single"))).Message);
        Repeat(new(RepeatKind.Seed, 2), null, "train.name=group");
        Assert.EndsWith("repeats a run for each seed, not for each fold", Assert.Throws<SegTrainException>(() => Repeat(new(RepeatKind.Fold, 2), _folder.File("group"))).Message);
    }

    [Fact]
    public void A_change_that_a_run_refuses_is_not_kept()
    {
        Repeat(new(RepeatKind.Seed, 2), null, "train.name=group", "model.width=4");
        var before = File.ReadAllText(_folder.File("group/config.yaml"));
        Assert.Throws<SegTrainException>(() => RepeatedFit.Run(
            static (_, _, _, _) => throw new SegTrainException(ExitCode.Config, "model.width is 8, but the run has 4"),
            Request(_folder.File("group"), "model.width=8"), new(RepeatKind.Seed, 3), new Watcher(), Logger.None, CancellationToken.None));
        Assert.Equal(before, File.ReadAllText(_folder.File("group/config.yaml")));
        Assert.Equal("seed 2", $"{RepeatFolder.RepetitionIn(_folder.File("group"))}");

        // More seeds are more runs of the same kind; more folds would be other folds.
        Repeat(new(RepeatKind.Seed, 3), _folder.File("group"), "model.width=4");
        Assert.Equal("seed 3", $"{RepeatFolder.RepetitionIn(_folder.File("group"))}");
        Repeat(new(RepeatKind.Fold, 2), null, "train.name=folds");
        Assert.Contains("cannot become 3", Assert.Throws<SegTrainException>(() => Repeat(new(RepeatKind.Fold, 3), _folder.File("folds"))).Message);
    }

    /// <summary>The stand-in chooses 2; runs that are begun have it in a configuration of their own.</summary>
    [Fact]
    public void What_the_first_run_chose_all_have()
    {
        Repeat(new(RepeatKind.Seed, 2), null, "train.name=group", "train.batch_size=auto");
        Repeat(new(RepeatKind.Seed, 3), _folder.File("group"), "train.batch_size=auto");
        Assert.Equal([null, 2, null, null, 2], _asked.Select(static request => request.Config.Run.Train.BatchSize));
    }

    [Fact]
    public void Two_processes_never_share_a_group()
    {
        var taken = Assert.Throws<SegTrainException>(() => RepeatedFit.Run(
            (_, _, _, _) =>
            {
                Repeat(new(RepeatKind.Seed, 2), _folder.File("group"));
                return null!;
            },
            Request(null, "train.name=group"), new(RepeatKind.Seed, 2), new Watcher(), Logger.None, CancellationToken.None));
        Assert.Contains("another segtrain is training in this folder", taken.Message, StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Fact]
    public void A_group_that_fails_before_a_run_began_stays_where_it_was_resumed()
    {
        Repeat(new(RepeatKind.Seed, 1), null, "train.name=group");
        Directory.Delete(_folder.File("group/seed-1"), recursive: true);
        Assert.Throws<SegTrainException>(() => RepeatedFit.Run(
            static (_, _, _, _) => throw new SegTrainException(ExitCode.Data, "no such folder"),
            Request(_folder.File("group")), new(RepeatKind.Seed, 1), new Watcher(), Logger.None, CancellationToken.None));
        Assert.True(File.Exists(_folder.File("group/config.yaml")));
    }

    [Fact]
    public void A_folder_of_other_files_is_left_alone()
    {
        Directory.CreateDirectory(_folder.File("mine"));
        File.WriteAllText(_folder.File("mine/notes.txt"), "notes");
        Assert.Contains("folder of other files", Assert.Throws<SegTrainException>(() => Repeat(new(RepeatKind.Seed, 2), null, "train.name=mine")).Message);
        Assert.Equal("notes", File.ReadAllText(_folder.File("mine/notes.txt")));
    }

    private RepeatedResult Repeat(Repetition repetition, string? resume, params string[] keys) => Repeat(repetition, resume, null, 0, keys);

    // Stands in for training: the Dice is the seed.
    private RepeatedResult Repeat(Repetition repetition, string? resume, CancellationTokenSource? stop, int atSeed, params string[] keys) => RepeatedFit.Run(
        (request, _, _, _) =>
        {
            _asked.Add(request);
            var train = request.Config.Run.Train;
            var folder = request.Resume ?? RunFolder.Create(train.Runs, train.Name, "", DateTime.Now).Path;
            File.WriteAllText(Path.Combine(folder, "config.yaml"), $"train: {{ batch_size: {train.BatchSize ?? 2} }}");
            if (train.Seed == atSeed)
            {
                stop!.Cancel();
                throw new OperationCanceledException();
            }
            return new(folder, 1, 1, new Dictionary<string, double> { ["val.dice"] = train.Seed }, [], TimeSpan.Zero);
        },
        Request(resume, keys), repetition, new Watcher(), Logger.None, stop?.Token ?? CancellationToken.None);

    private FitRequest Request(string? resume, params string[] keys) => new(LoadSet([.. keys, $"train.runs={_folder.Path}"]), resume, [], "");
}
