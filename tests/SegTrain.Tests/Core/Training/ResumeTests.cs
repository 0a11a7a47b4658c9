using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Training;

/// <summary>The real program, killed again and again and resumed, against one that nobody touched.</summary>
public sealed class ResumeTests
{
    // SEGTRAIN_KILLS=25 for a thorough run.
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("SEGTRAIN_KILLS") ?? "4", CultureInfo.InvariantCulture);

    // Everything that has a state or draws random numbers; a checkpoint after every second step, so that many a kill falls into one.
    private static readonly string[] Options =
    [
        "data.synthetic.train=13", "data.synthetic.validation=6", "data.synthetic.size=32", "data.threads=2", "data.repeat=2",
        "augment.preset=strong", "model.depth=2", "model.width=8", "optimizer.name=nadam", "schedule.name=plateau", "schedule.patience=1",
        "train.epochs=5", "train.batch_size=2", "train.accumulate=3", "train.ema=0.9", "train.save_every=2steps", "train.keep_best=2", "train.device=cpu", "train.runs=.", "train.name=run",
    ];

    [Fact]
    public void A_killed_and_resumed_run_ends_with_the_bits_of_an_unbroken_one()
    {
        using var folder = new TemporaryFolder();
        var (whole, broken) = (folder.File("whole"), folder.File("broken"));
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, Finish(Start(whole)));
        var duration = clock.Elapsed;

        var random = new Random(1);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = Start(broken);
            // The latest instants would mostly find a run that has ended.
            if (!process.WaitForExit(duration * (0.2 + 0.6 * random.NextDouble()))) process.Kill();
            process.WaitForExit();
        }
        Assert.Equal(0, Finish(Start(broken)));

        Assert.Equal(File.ReadAllText(Path.Combine(whole, "run/metrics.csv")), File.ReadAllText(Path.Combine(broken, "run/metrics.csv")));
        Assert.Equal(Checkpoints(whole), Checkpoints(broken));
        Assert.Equal(2, Checkpoints(whole).Count(static name => name.StartsWith("top-", StringComparison.Ordinal)));
        foreach (var file in new[] { "last/model.safetensors", "last/optimizer.safetensors", "best/model.safetensors" })
            Assert.True(Hash(whole, file) == Hash(broken, file), file);
    }

    // Where the first kill came before there was anything to resume, the run begins anew.
    private static Process Start(string folder)
    {
        var run = Path.Combine(Directory.CreateDirectory(folder).FullName, "run");
        if (File.Exists(Path.Combine(run, "config.yaml"))) return Program(folder, ["fit", "--quiet", "--resume", "run"]);
        if (Directory.Exists(run)) Directory.Delete(run, recursive: true);
        return Program(folder, ["fit", "--quiet", .. Options.SelectMany(static option => new[] { "--set", option })]);
    }

    // The weights' file holds the configuration, so that both runs must call their folders by the same names.
    private static Process Program(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "segtrain"), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The program would take them for keys of its configuration.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("SEGTRAIN_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }

    private static int Finish(Process process)
    {
        using (process)
        {
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error);
            return process.ExitCode;
        }
    }

    private static IEnumerable<string> Checkpoints(string runs) =>
        Directory.GetDirectories(Path.Combine(runs, "run/checkpoints")).Select(static path => Path.GetFileName(path)).Where(static name => !name.EndsWith(".old", StringComparison.Ordinal)).Order();

    private static string Hash(string runs, string file) =>
        Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(runs, "run/checkpoints", file))));
}
