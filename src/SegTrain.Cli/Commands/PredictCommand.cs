using System.CommandLine;
using SegTrain.Cli.Options;
using SegTrain.Cli.Output;
using SegTrain.Core;
using SegTrain.Core.Predict;
using SegTrain.Core.Text;

namespace SegTrain.Cli.Commands;

internal static class PredictCommand
{
    private const int LargestTile = 16_384;

    public static Command Create(CommandContext context, Option<bool> quiet)
    {
        var models = new ModelOptions();
        var images = new Argument<string[]>("IMAGES") { Arity = ArgumentArity.OneOrMore, Description = "Files, folders, patterns such as 'photos/*.jpg', or - for a list on stdin." };
        var folder = new Option<string>("--out", "-o") { HelpName = "FOLDER", Required = true, Description = "Where the masks go, under the names of their images, with index.csv: the share of each class." };
        var masks = new Option<MaskStyle>("--masks") { HelpName = "STYLE", Description = "palette: class indices shown in the classes' colours; index: plain class indices; binary: 0 and 255." };
        var overlays = new Option<bool>("--overlays") { Description = "Write each image under the colours of its classes as well." };
        var probabilities = new Option<ProbabilityFormat>("--probabilities") { HelpName = "FORMAT", Description = "png: 16-bit grey levels, a file a class; npy: float32, a file an image." };
        var threshold = new Option<double?>("--threshold") { HelpName = "P", Description = "Probability from which on a pixel is of the positive class, or of a label; by default the model's." };
        var small = new Option<int>("--remove-small") { HelpName = "PIXELS", Description = "Regions of fewer pixels go to the class around them." };
        var holes = new Option<int>("--fill-holes") { HelpName = "PIXELS", Description = "Enclosed regions of background of fewer pixels go to the class around them." };
        var memory = new Option<string>("--memory") { HelpName = "SIZE", DefaultValueFactory = static _ => "1GB", Description = "What the net may take for an image; a larger one is cut into overlapping tiles." };
        var tile = new Option<int?>("--tile") { HelpName = "PIXELS", Description = "Side of tiles; by default as large as the memory allows." };
        var force = new Option<bool>("--force") { Description = "Write over masks that are there." };
        var resume = new Option<bool>("--resume") { Description = "Go on where a run into the same folder was stopped." };
        threshold.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<double?>() is not (null or (> 0 and < 1))) result.AddError("--threshold: must be between 0 and 1");
        });
        tile.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int?>() is < 16 or > LargestTile) result.AddError($"--tile: must be a whole number from 16 to {LargestTile}");
        });
        foreach (var option in (Option<int>[])[small, holes])
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 0) result.AddError($"{option.Name}: must be a number of pixels from 0");
            });
        }
        memory.Validators.Add(static result =>
        {
            if (result.Tokens is [var text] && !System.Text.RegularExpressions.Regex.IsMatch(text.Value, $"^(?:{ByteSize.Pattern})$")) result.AddError($"--memory {text.Value}: must be an amount of memory such as 500MB, 2GB or 1GiB");
        });
        var command = new Verb("predict", "Make masks of images with a trained model.")
        {
            Arguments = { images },
            Options = { folder, masks, overlays, probabilities, threshold, small, holes, memory, tile, force, resume },
            Examples = """
                segtrain predict runs/2026-11-21-1503-tversky photos/ --out masks/
                segtrain predict runs/2026-11-21-1503-tversky 'photos/*.jpg' --out masks/ --overlays --tta flips
                find photos -name '*.png' | segtrain predict model.safetensors - --out masks/ --probabilities npy
                segtrain predict runs/cells-folds photos/ --out masks/       the runs of --folds 5 together
                """,
        };
        models.AddTo(command);
        command.SetAction(parse => Stoppable.Run(context, "Stopping after this image; Ctrl-C again stops at once.", stop =>
        {
            var target = parse.GetValue(folder)!;
            var inputs = PredictInput.Find(parse.GetValue(images)!, context.Terminal.In, target);
            var settings = new PredictSettings
            {
                Tta = models.Views(parse),
                Threshold = parse.GetValue(threshold),
                Memory = ByteSize.Parse(parse.GetValue(memory)!),
                Tile = parse.GetValue(tile),
                Masks = parse.GetValue(masks),
                Probabilities = parse.GetValue(probabilities),
                Overlays = parse.GetValue(overlays),
                RemoveSmall = parse.GetValue(small),
                FillHoles = parse.GetValue(holes),
            };
            var request = new PredictRequest(models.Models(parse), inputs, target, parse.GetValue(force), parse.GetValue(resume), models.Device(parse), settings);
            var view = new PredictView(context.Terminal, context.Status, parse.GetValue(quiet), TimeProvider.System);
            var result = PredictRun.Run(request, view, context.Log, stop);
            context.Status.Show("");
            parse.InvocationConfiguration.Output.Write(PredictReport.Text(result));
            return result.Failures.Count == 0 ? (int)ExitCode.Done
                : throw new SegTrainException(ExitCode.Data, $"{result.Failures.Count} of {inputs.Count} images could not be predicted; they are named above");
        }));
        return command;
    }
}
