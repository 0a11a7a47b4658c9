using System.CommandLine;
using SegTrain.Cli.Options;
using SegTrain.Cli.Output;
using SegTrain.Core;
using SegTrain.Core.Config;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;

namespace SegTrain.Cli.Commands;

internal static class FitCommand
{
    public static Command Create(CommandContext context, Option<bool> quiet)
    {
        var config = new ConfigOptions();
        var resume = new Option<string?>("--resume")
        {
            HelpName = "RUN",
            Description = "Go on with the run in this folder, with its configuration and the changes named here.",
        };
        var assert = new Option<string[]>("--assert")
        {
            HelpName = "CONDITION",
            Description = "Exit with 7 unless a final metric is as demanded, as in 'val.dice>=0.9' (>=, >, <=, <, ==). Repeatable.",
        };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object." };
        var print = new Option<bool>("--print-config")
        {
            Description = "Print the effective configuration with the origin of each value, and do nothing else.",
        };
        var command = new Verb("fit", "Train a U-Net on pairs of images and masks.")
        {
            Examples = """
                segtrain fit --loss tversky                          the built-in synthetic set
                segtrain fit --data cells/ --loss 'tversky(alpha=0.3, beta=0.7)'
                segtrain fit --config run.yaml --set model.depth=3 --epochs 50
                segtrain fit --config run.yaml --json --assert 'val.dice>=0.9' --assert 'val.iou[road]>0.5'
                segtrain fit --resume runs/2026-11-21-1503-tversky --epochs 100
                """,
        };
        config.AddTo(command);
        foreach (var option in new Option[] { resume, assert, json, print })
            command.Options.Add(option);
        command.SetAction(parse =>
        {
            var assertions = (parse.GetValue(assert) ?? []).Select(Assertion.Parse).ToList();
            var run = parse.GetValue(resume);
            if (run is not null && config.NamesFile(parse))
                throw new SegTrainException(ExitCode.Usage,
                    "--resume brings the configuration of its run: change single keys with --set instead of giving --config");
            var stored = run is null ? null : RunFolder.Open(run).Config;
            var effective = ConfigLoader.Load(config.Sources(parse, context.Terminal.Environment, stored));
            var output = parse.InvocationConfiguration.Output;
            if (parse.GetValue(print))
            {
                output.Write(ConfigWriter.WriteWithOrigins(effective));
                return (int)ExitCode.Done;
            }
            return Run(context, new(effective, run, assertions, context.CommandLine), parse.GetValue(quiet), output, parse.GetValue(json));
        });
        return command;
    }

    private static int Run(CommandContext context, FitRequest request, bool quiet, TextWriter output, bool json)
    {
        using var signals = new Signals(
            _ => context.Status.WriteLine("Stopping after this step and saving a checkpoint; Ctrl-C again stops at once."));
        var progress = new ProgressView(context.Terminal, context.Status, quiet, TimeProvider.System);
        progress.OnStarted += run => context.LogFile.Open(Path.Combine(run.Folder, "log.txt"));
        FitResult result;
        try
        {
            result = context.Fit(request, progress, context.Log, signals.Stop);
        }
        catch (OperationCanceledException e) when (signals.Received is { } code)
        {
            throw new SegTrainException(code, e.Message, e);
        }
        finally
        {
            context.Status.Show("");
        }
        output.Write(json ? FitReport.Json(result, request.Assertions) + "\n" : FitReport.Table(result));
        var failures = request.Assertions.Select(assertion => assertion.Failure(result.Metrics)).OfType<string>().ToList();
        if (failures.Count > 0)
            throw new SegTrainException(ExitCode.Assertion, "assertion failed: " + string.Join("\nassertion failed: ", failures));
        return (int)ExitCode.Done;
    }
}
