using System.Diagnostics;
using System.Globalization;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Training;

/// <summary>The real program, with everything on that has a state or draws random numbers.</summary>
public sealed class ResumeTests(ITestOutputHelper output)
{
    private const string HalfWritten = "in a checkpoint:";
    private const string Validating = "in validation";

    // SEGTRAIN_KILLS=25 for a thorough run.
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("SEGTRAIN_KILLS") ?? "4", CultureInfo.InvariantCulture);

    // A checkpoint after every step, and a validation that takes about as long as training.
    private static readonly string[] Keys =
    [
        "data.synthetic.train=13", "data.synthetic.validation=12", "data.synthetic.size=32", "data.threads=2", "data.repeat=2",
        "augment.preset=strong", "augment.cutmix=0.5", "augment.mixup=0.2", "model.depth=2", "model.width=8", "model.dropout=0.3", "optimizer.name=nadam",
        "schedule.name=plateau", "schedule.patience=1", "train.epochs=5", "train.batch_size=2", "train.accumulate=3", "train.ema=0.9",
        "train.save_every=1steps", "train.keep_best=2", "train.device=cpu", "train.runs=.", "train.name=run",
    ];

    /// <summary>Killed again and again and resumed, against one that nobody touched.</summary>
    [Fact]
    public void A_killed_and_resumed_run_ends_with_the_bits_of_an_unbroken_one()
    {
        using var folder = new TemporaryFolder();
        var (whole, broken) = (folder.File("whole"), folder.File("broken"));
        var clock = Stopwatch.StartNew();
        using (var unbroken = Start(whole))
        {
            WaitForWork(unbroken, whole, 0);
            var startUp = clock.Elapsed;
            unbroken.Succeeded();
            var work = clock.Elapsed - startUp;

            // The kills share out the work among them: one in four comes while the program still starts, one in four waits for the next
            // checkpoint and one for the next validation, which would be seldom met.
            var random = new Random(1);
            for (var kill = 0; kill < Kills; kill++)
            {
                var (before, started) = (Events(broken).Length, DateTime.UtcNow);
                using var process = Start(broken);
                var kind = random.Next(4);
                if (kind == 0)
                {
                    process.WaitForExit(startUp * random.NextDouble());
                }
                else
                {
                    WaitForWork(process, broken, before);
                    process.WaitForExit(2 * work / Kills * random.NextDouble());
                    while (kind != 3 && !process.HasExited && !Seen(broken, started).StartsWith(kind == 1 ? HalfWritten : Validating, StringComparison.Ordinal)) Thread.Yield();
                }
                process.Kill();
                process.WaitForExit();
                output.WriteLine($"kill {kill + 1}: {Seen(broken, started)}");
            }
        }
        Start(broken).Succeeded();
        RunBits.AssertSame(Path.Combine(whole, "run"), Path.Combine(broken, "run"));
        Assert.Equal(2, Checkpoints(whole).Count(static name => name.StartsWith("top-", StringComparison.Ordinal)));
        Assert.Equal(Checkpoints(whole), Checkpoints(broken));
    }

    [Fact]
    public void Neither_another_start_nor_other_threads_of_the_loader_change_a_bit()
    {
        using var folder = new TemporaryFolder();
        string[] runs = [.. new[] { "one", "again", "four" }.Select(name => Directory.CreateDirectory(folder.File(name)).FullName)];
        foreach (var run in runs)
            RealProgram.Start(run, RealProgram.Fit([.. Keys, "train.epochs=2", $"data.threads={(run.EndsWith("four", StringComparison.Ordinal) ? 4 : 1)}"])).Succeeded();
        RunBits.AssertSame(Path.Combine(runs[0], "run"), Path.Combine(runs[1], "run"));
        RunBits.AssertSameNumbers(Path.Combine(runs[0], "run"), Path.Combine(runs[2], "run"));
    }

    // Where the first kill came before there was anything to resume, the run begins anew.
    private static Process Start(string folder)
    {
        var run = Path.Combine(Directory.CreateDirectory(folder).FullName, "run");
        if (File.Exists(Path.Combine(run, "config.yaml"))) return RealProgram.Start(folder, "fit", "--quiet", "--resume", "run");
        if (Directory.Exists(run)) Directory.Delete(run, recursive: true);
        return RealProgram.Start(folder, RealProgram.Fit(Keys));
    }

    private static void WaitForWork(Process process, string folder, int eventsBefore)
    {
        while (Events(folder).Length <= eventsBefore && !process.HasExited) Thread.Sleep(1);
    }

    private static string Events(string folder) => File.Exists(Path.Combine(folder, "run/events.jsonl")) ? File.ReadAllText(Path.Combine(folder, "run/events.jsonl")) : "";

    // What the kill hit: a checkpoint that was half written, and not by an earlier start, an epoch that had all its 13 batches, or anything else.
    private static string Seen(string folder, DateTime started)
    {
        var checkpoints = Path.Combine(folder, "run/checkpoints");
        if (!Directory.Exists(checkpoints)) return "before the run had a folder";
        try
        {
            if (Directory.EnumerateDirectories(checkpoints, "*.new").FirstOrDefault(half => Directory.GetLastWriteTimeUtc(half) > started) is { } half) return $"{HalfWritten} {Path.GetFileName(half)}";
            var state = File.ReadAllText(Path.Combine(checkpoints, "last/state.json"));
            return state.Contains("\"batch_in_epoch\": 13,", StringComparison.Ordinal) ? Validating : "at the start or in a step";
        }
        catch (IOException)
        {
            return $"{HalfWritten}, between its two renames";
        }
    }

    private static IEnumerable<string> Checkpoints(string runs) =>
        Directory.GetDirectories(Path.Combine(runs, "run/checkpoints")).Select(static path => Path.GetFileName(path)).Where(static name => !name.EndsWith(".old", StringComparison.Ordinal)).Order();
}
