using SegTrain.Cli.Output;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;

namespace SegTrain.Cli.Commands;

/// <summary>Training that somebody watches: signals end it in good order, progress is shown, and each run has its log.</summary>
internal static class Attended
{
    /// <param name="context">Terminal and log.</param>
    /// <param name="quiet">Shows no progress.</param>
    /// <param name="train">Gets what trains a run, who watches, and the wish to stop.</param>
    public static T Run<T>(CommandContext context, bool quiet, Func<RunFit, IRunProgress, CancellationToken, T> train)
    {
        var view = new ProgressView(context.Terminal, context.Status, quiet, TimeProvider.System);
        return Stoppable.Run(context, "Stopping after this step; Ctrl-C again stops at once.", stop => train(Logged, view, stop));

        // What is said of a run that fails still belongs to its log.
        FitResult Logged(FitRequest request, IRunProgress progress, Serilog.ILogger log, CancellationToken stop)
        {
            var result = context.Fit(request, new LoggedRun(context.LogFile, progress), log, stop);
            context.LogFile.Close();
            return result;
        }
    }

    /// <summary>Opens the log of a run once there is its folder.</summary>
    private sealed class LoggedRun(RunLogFile log, IRunProgress progress) : IRunProgress
    {
        public void Started(RunInfo run)
        {
            log.Open(Path.Combine(run.Folder, "log.txt"));
            progress.Started(run);
        }

        public void Step(in StepInfo step) => progress.Step(step);

        public void Epoch(EpochInfo epoch) => progress.Epoch(epoch);
    }
}
