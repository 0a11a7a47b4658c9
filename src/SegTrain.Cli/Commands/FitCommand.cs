using System.CommandLine;
using SegTrain.Cli.Options;
using SegTrain.Cli.Output;
using SegTrain.Core;
using SegTrain.Core.Recipe;
using SegTrain.Core.Repeats;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;

namespace SegTrain.Cli.Commands;

internal static class FitCommand
{
    public static Command Create(CommandContext context, Option<bool> quiet)
    {
        var config = new ConfigOptions();
        var repeats = new RepeatOptions();
        var results = new ResultOptions();
        var resume = new Option<string?>("--resume")
        {
            HelpName = "RUN",
            Description = "Go on with the run, or the group of runs, in this folder, with its configuration and the changes named here.",
        };
        var verify = new Option<int?>("--verify-resume")
        {
            HelpName = "EPOCHS",
            Arity = ArgumentArity.ZeroOrOne,
            Description = $"Train nothing to keep, but the first epochs ({ResumeTrial.Epochs}) twice, once with interruptions, and exit with 7 unless both have the same bits.",
        };
        verify.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int?>() is < 1 or > 1000)
                result.AddError("--verify-resume: must be a whole number of epochs from 1 to 1000");
        });
        var findRate = new Option<bool>("--find-lr")
        {
            Description = $"Train nothing, but let the learning rate rise over {RateSearch.Steps} steps and suggest one; the curve is left in a folder under --runs.",
        };
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
                segtrain fit --config run.yaml --seeds 5             or --folds 5: mean and spread of several runs
                segtrain fit --config run.yaml --verify-resume       is a resumed run the same, bit for bit?
                segtrain fit --config run.yaml --find-lr             which learning rate?
                segtrain fit --resume runs/2026-11-21-1503-tversky --epochs 100
                """,
        };
        config.AddTo(command);
        command.Options.Add(resume);
        repeats.AddTo(command);
        command.Options.Add(verify);
        command.Options.Add(findRate);
        results.AddTo(command);
        command.Options.Add(print);
        command.SetAction(parse =>
        {
            if (parse.GetValue(print))
            {
                parse.InvocationConfiguration.Output.Write(Load().Text());
                return (int)ExitCode.Done;
            }
            return results.Deliver(parse, [], assertions =>
            {
                var request = new FitRequest(Load(), parse.GetValue(resume), assertions, context.CommandLine);
                var repetition = repeats.Read(parse, request.Config.Run, request.Resume);
                if (parse.GetValue(findRate))
                {
                    if (request.Resume is not null || repetition is not null || parse.GetResult(verify) is not null || results.Demands(parse))
                        throw new SegTrainException(ExitCode.Usage, "--find-lr begins with a new net and trains none: leave out --resume, --seeds, --folds, --verify-resume and --assert");
                    return Attended.Run(context, parse.GetValue(quiet), (_, _, stop) =>
                    {
                        var result = Fit.FindRate(request, context.Log, stop);
                        context.LogFile.Open(Path.Combine(result.Folder, "log.txt"));
                        context.LogFile.Close();
                        return RateReport.Of(result);
                    });
                }
                if (parse.GetResult(verify) is null)
                    return Attended.Run(context, parse.GetValue(quiet), (fit, progress, stop) => repetition is null
                        ? FitReport.Of(fit(request, progress, context.Log, stop), assertions)
                        : RepeatReport.Of(RepeatedFit.Run(fit, request, repetition, progress, context.Log, stop), assertions));

                if (request.Resume is not null || repetition is not null || results.Demands(parse))
                    throw new SegTrainException(ExitCode.Usage, "--verify-resume compares two short runs of its own: leave out --resume, --seeds, --folds and --assert");
                return Attended.Run(context, parse.GetValue(quiet), (fit, _, stop) => ResumeReport.Of(
                    ResumeTrial.Run(fit, request, parse.GetValue(verify) ?? ResumeTrial.Epochs, Random.Shared, context.Log, stop)));
            });

            EffectiveConfig Load()
            {
                var run = parse.GetValue(resume);
                if (run is not null && config.NamesFile(parse))
                    throw new SegTrainException(ExitCode.Usage,
                        "--resume brings the configuration of its run: change single keys with --set instead of giving --config");
                return EffectiveConfig.Load(config.Sources(parse, context.Terminal.Environment, run is null ? null : RunFolder.Open(run).Config));
            }
        });
        return command;
    }
}
