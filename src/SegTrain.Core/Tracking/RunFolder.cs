namespace SegTrain.Core.Tracking;

/// <summary>The folder that a run leaves: config, log, metrics, events, checkpoints.</summary>
internal sealed class RunFolder
{
    private RunFolder(string path) => Path = path;

    public string Path { get; }

    public string Config => In("config.yaml");

    public string Metrics => In("metrics.csv");

    public string Timings => In("timings.csv");

    public string Events => In("events.jsonl");

    /// <summary>Which pair went where.</summary>
    public string Splits => In("splits.csv");

    public string Checkpoint(string name) => System.IO.Path.Combine(Path, "checkpoints", name);

    /// <summary>Names of all checkpoints, those that are half written among them.</summary>
    public IReadOnlyList<string> Checkpoints =>
        Directory.Exists(Checkpoint("")) ? [.. new DirectoryInfo(Checkpoint("")).EnumerateDirectories().Select(static checkpoint => checkpoint.Name)] : [];

    /// <summary>Whether an epoch was written down.</summary>
    public bool HasEpochs => File.Exists(Metrics) && File.ReadLines(Metrics).Skip(1).Any();

    /// <summary>Makes a new folder that no other run has, named by time and <paramref name="label"/> when <paramref name="name"/> is null.</summary>
    /// <exception cref="SegTrainException">It cannot be made or written, or the name is taken.</exception>
    public static RunFolder Create(string runs, string? name, string label, DateTime now)
    {
        var wanted = System.IO.Path.Combine(runs, name ?? $"{now:yyyy-MM-dd-HHmm}-{label}");
        try
        {
            Directory.CreateDirectory(runs);
            var path = wanted;
            for (var attempt = 2; !TryMake(path); attempt++)
            {
                if (name is not null)
                {
                    throw new SegTrainException(ExitCode.Config, $"{wanted}: there is a run, or a folder of other files, of this name already; choose another --run-name, or --resume it.");
                }
                path = $"{wanted}-{attempt}";
            }
            return new RunFolder(path);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Config, $"{wanted}: the run folder cannot be written: {denied.Message} Choose another place with --runs.", denied);
        }
    }

    /// <summary>Makes the place of checkpoints: that it is there later on shows that the folder was not removed.</summary>
    public RunFolder WithCheckpoints()
    {
        Directory.CreateDirectory(In("checkpoints"));
        return this;
    }

    /// <summary>The folder of a run that is there already.</summary>
    /// <exception cref="SegTrainException">It is not a run folder.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        if (Directory.Exists(path) && File.Exists(folder.Config)) return folder;
        var what = Directory.Exists(path) ? "is no run folder that can be resumed (config.yaml is missing)" : "does not exist";
        throw new SegTrainException(ExitCode.Usage, $"--resume {path}: {what}; name a folder that 'segtrain fit' made, such as runs/2026-11-21-1503-tversky.");
    }

    /// <summary>Keeps other processes out until it is disposed or the process ends, however it ends.</summary>
    /// <exception cref="SegTrainException">Another process is at work here.</exception>
    public IDisposable Claim()
    {
        try
        {
            return new FileStream(In("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (File.Exists(In("lock")))
        {
            throw new SegTrainException(ExitCode.Config, $"{Path}: another segtrain is training in this folder; wait for it, or begin a run of its own.", taken);
        }
    }

    // Making the log file is what makes the folder ours when two runs start in the same minute.
    private static bool TryMake(string path)
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()) return false;
        Directory.CreateDirectory(path);
        try
        {
            using var made = new FileStream(System.IO.Path.Combine(path, "log.txt"), FileMode.CreateNew);
            return true;
        }
        catch (IOException) when (File.Exists(System.IO.Path.Combine(path, "log.txt")))
        {
            return false;
        }
    }

    private string In(string file) => System.IO.Path.Combine(Path, file);
}
