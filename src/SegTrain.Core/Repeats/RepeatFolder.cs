using SegTrain.Core.Config;
using SegTrain.Core.Files;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;

namespace SegTrain.Core.Repeats;

/// <summary>The folder of a group of runs: config.yaml, what is repeated, summary.csv, and a run folder for each run.</summary>
internal sealed class RepeatFolder
{
    private RepeatFolder(string path) => Path = path;

    public string Path { get; }

    public string Summary => System.IO.Path.Combine(Path, "summary.csv");

    /// <summary>What a group repeats; null where the folder is that of a single run or none.</summary>
    /// <exception cref="SegTrainException">The file that says it cannot be understood.</exception>
    public static Repetition? RepetitionIn(string path)
    {
        var file = RepeatsOf(path);
        if (!File.Exists(file))
            return null;
        return Repetition.Parse(File.ReadAllText(file))
            ?? throw new SegTrainException(ExitCode.Usage, $"{file} does not say what is repeated; expected 'seed COUNT' or 'fold COUNT'");
    }

    /// <exception cref="SegTrainException">It cannot be made, is a single run, or repeats something else.</exception>
    public static RepeatFolder Of(FitRequest request, Repetition repetition)
    {
        if (request.Resume is not { } path)
        {
            var train = request.Config.Run.Train;
            var made = new RepeatFolder(RunFolder.Create(train.Runs, train.Name, Fit.Label(request.Config.Run.Loss), DateTime.Now).Path);
            made.Keep(request, repetition);
            return made;
        }
        if (RepetitionIn(path) is not { } before)
            throw new SegTrainException(ExitCode.Usage, $"--resume {path}: is a single run; leave out --seeds and --folds, or begin anew without --resume");
        if (before.Kind != repetition.Kind)
            throw new SegTrainException(ExitCode.Usage, $"--resume {path}: repeats a run for each {before.Kind.Word}, not for each {repetition.Kind.Word}");
        if (before.Kind == RepeatKind.Fold && before.Count != repetition.Count)
            throw new SegTrainException(ExitCode.Usage, $"--resume {path}: has {before.Count} folds, which cannot become {repetition.Count}; leave out --folds, or begin anew without --resume");
        return new(path);
    }

    /// <summary>Writes down what to go on with; of a resumed group only when a run has taken it, or a change that is refused would stay.</summary>
    public void Keep(FitRequest request, Repetition repetition)
    {
        AtomicFile.WriteText(RepeatsOf(Path), $"{repetition}\n");
        // Only what was set: a default that depends on other keys is still found to be one when the group is resumed.
        AtomicFile.WriteText(System.IO.Path.Combine(Path, "config.yaml"), ConfigWriter.Write(request.Config.Run, request.Config.Set));
    }

    /// <summary>The folder of a run to go on with; null when it is to begin.</summary>
    public string? Begun(string name)
    {
        var run = System.IO.Path.Combine(Path, name);
        if (File.Exists(System.IO.Path.Combine(run, "config.yaml")))
            return run;
        // Killed before it had a configuration: there is nothing in it yet.
        if (Directory.Exists(run))
            Directory.Delete(run, recursive: true);
        return null;
    }

    /// <summary>A line in log.txt; the runs have logs of their own.</summary>
    public void Note(string what) => File.AppendAllText(System.IO.Path.Combine(Path, "log.txt"), $"{DateTime.Now:yyyy-MM-dd HH:mm:ss} {what.ReplaceLineEndings(" ")}\n");

    /// <summary>Takes the folder away where no run began, as with a configuration that is refused.</summary>
    public void RemoveIfEmpty()
    {
        if (!Directory.EnumerateDirectories(Path).Any())
            Directory.Delete(Path, recursive: true);
    }

    private static string RepeatsOf(string path) => System.IO.Path.Combine(path, "repeat.txt");
}
