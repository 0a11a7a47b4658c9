using System.Security.Cryptography;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using Serilog;

namespace SegTrain.Core.Repeats;

/// <param name="Steps">Of the unbroken run.</param>
/// <param name="StoppedAt">The step after which the other run saved and ended, as after SIGTERM.</param>
/// <param name="AbandonedAt">The step after which the resumed run was abandoned without saving, as after SIGKILL.</param>
/// <param name="Files">What is compared.</param>
internal sealed record ResumeProof(long Steps, long StoppedAt, long AbandonedAt, IReadOnlyList<ResumedFile> Files);

/// <param name="Name">Relative to the run folder.</param>
/// <param name="Unbroken">SHA-256 in hexadecimal digits; empty where the run has no such file.</param>
/// <param name="Resumed">The same of the other run.</param>
internal sealed record ResumedFile(string Name, string Unbroken, string Resumed)
{
    public bool IsEqual => Unbroken == Resumed;
}

/// <summary>
/// Trains a short run unbroken, then again with two interruptions at random steps, and compares what both leave. Both lie in one folder
/// beside other runs, which is removed.
/// </summary>
internal static class ResumeTrial
{
    public const int Epochs = 2;

    private const int FewestSteps = 3;

    private static readonly string[] Compared =
        ["checkpoints/last/model.safetensors", "checkpoints/last/optimizer.safetensors", "checkpoints/best/model.safetensors", "metrics.csv"];

    /// <param name="fit">Trains a run.</param>
    /// <param name="request">The user's configuration; a budget is left out: the epochs say how long.</param>
    /// <param name="epochs">How many epochs to train.</param>
    /// <param name="random">Draws the steps.</param>
    /// <param name="log">Lines for people.</param>
    /// <param name="stop">Asks to end; nothing is kept.</param>
    /// <exception cref="SegTrainException">What a run would say, or the run is too short.</exception>
    public static ResumeProof Run(RunFit fit, FitRequest request, int epochs, Random random, ILogger log, CancellationToken stop) => Faults.Named(() =>
    {
        var runs = Directory.CreateDirectory(Path.Combine(request.Config.Run.Train.Runs, $"verify-resume-{Path.GetRandomFileName()}")).FullName;
        try
        {
            var config = request.Config.Run;
            var train = config.Train with { Epochs = epochs, Budget = null, Runs = runs, Name = "run" };
            return Run(fit, request with { Config = request.Config.With(config with { Train = train }) }, runs, random, log, stop);
        }
        catch (OperationCanceledException stopped)
        {
            throw new OperationCanceledException("stopped; nothing of --verify-resume is kept", stopped);
        }
        finally
        {
            Directory.Delete(runs, recursive: true);
        }
    }, kept: false);

    private static ResumeProof Run(RunFit fit, FitRequest request, string runs, Random random, ILogger log, CancellationToken stop)
    {
        // The weights' files hold the configuration, so that both runs must have the same name.
        var (run, unbroken) = (Path.Combine(runs, "run"), Path.Combine(runs, "unbroken"));
        var counter = new StepCounter();
        fit(request, counter, log, stop);
        var steps = counter.Steps;
        if (steps < FewestSteps)
            throw new SegTrainException(ExitCode.Config, $"--verify-resume: the run has {steps} steps, too few to be interrupted twice; name more epochs, as in --verify-resume 5");
        Directory.Move(run, unbroken);
        request = request with { Config = request.Config.With(Resumption.ChosenAs(request.Config.Run, unbroken)) };

        // Any two steps but the last, in their order.
        var stopAt = random.NextInt64(1, steps - 1);
        var abandonAt = random.NextInt64(stopAt + 1, steps);
        log.Information("unbroken: {Steps} steps; now again, stopped after step {Stopped} and killed after step {Abandoned}", steps, stopAt, abandonAt);
        using (var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop))
            Interrupted(() => fit(request, new StepCounter(stopAt, stopping.Cancel), log, stopping.Token), stop);
        var resumed = request with { Resume = run };
        Interrupted(() => fit(resumed, new StepCounter(abandonAt - stopAt, static () => throw new AbandonedException()), log, stop), stop);
        fit(resumed, new StepCounter(), log, stop);
        return new(steps, stopAt, abandonAt, [.. Compared.Select(name => new ResumedFile(name, Hash(Path.Combine(unbroken, name)), Hash(Path.Combine(run, name))))]);
    }

    private static void Interrupted(Action fit, CancellationToken stop)
    {
        try
        {
            fit();
        }
        catch (Exception e) when (e is AbandonedException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return;
        }

        throw new InvalidOperationException("a run that was interrupted went on to its end");
    }

    private static string Hash(string file)
    {
        if (!File.Exists(file))
            return "";
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Leaves a run as a kill would: on its way up nothing is saved.</summary>
    private sealed class AbandonedException : Exception;

    /// <summary>Counts the steps of one start of a run, and does something after one of them.</summary>
    private sealed class StepCounter(long at = 0, Action? action = null) : IRunProgress
    {
        public long Steps { get; private set; }

        public void Started(RunInfo run)
        {
        }

        public void Step(in StepInfo step)
        {
            if (++Steps == at)
                action?.Invoke();
        }

        public void Epoch(EpochInfo epoch)
        {
        }
    }
}
