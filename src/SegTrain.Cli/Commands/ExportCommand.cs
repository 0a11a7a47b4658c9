using System.CommandLine;
using System.CommandLine.Parsing;
using SegTrain.Core;
using SegTrain.Core.Export;

namespace SegTrain.Cli.Commands;

internal static class ExportCommand
{
    private const int MostPixels = 64_000_000;

    public static Command Create(CommandContext context)
    {
        var model = new Argument<string>("model") { HelpName = "RUN|MODEL", Description = "A run, whose best checkpoint is meant; a checkpoint; or a model.safetensors." };
        var format = new Option<ExportFormat>("--format")
        {
            HelpName = "onnx|safetensors",
            Required = true,
            CustomParser = Format,
            Description = "onnx: one file from pixels to classes, checked by running it; safetensors: a folder with the weights for docs/unet.py, a U-Net of PyTorch.",
        };
        var place = new Option<string?>("--out") { HelpName = "PLACE", Description = "The file, or the folder of safetensors; without it they lie in the run's folder, or beside the model." };
        var size = new Option<(int Height, int Width)?>("--size")
        {
            HelpName = "HxW",
            CustomParser = Size,
            Description = "onnx: takes one image of this height and width at a time and no other, as ML.NET asks; without it any number of any size.",
        };
        var half = new Option<bool>("--fp16") { Description = "onnx: weights and convolutions in float16, half the size; images, norms and results stay float32." };
        var force = new Option<bool>("--force") { Description = "Replace what is there already." };
        var command = new Verb("export", "Write a trained model for other programs: ONNX Runtime, ML.NET, PyTorch.")
        {
            Arguments = { model },
            Options = { format, place, size, half, force },
            Examples = """
                segtrain export runs/cells --format onnx
                segtrain export runs/cells --format onnx --size 256x320 --out cells.onnx      for ML.NET
                segtrain export runs/cells --format onnx --fp16
                segtrain export runs/cells --format safetensors --out cells-torch             see docs/unet.py
                """,
        };
        command.SetAction(parse =>
        {
            var request = new ExportRequest(
                parse.GetRequiredValue(model), parse.GetValue(format), parse.GetValue(place), parse.GetValue(size), parse.GetValue(half), parse.GetValue(force));
            if (request.Format == ExportFormat.Safetensors && (request.Size is not null || request.Half))
                throw new SegTrainException(ExitCode.Usage, "--size and --fp16 are forms of --format onnx: leave them out");
            if (request.Size is not null && request.Half)
                throw new SegTrainException(ExitCode.Usage, "--size is for ML.NET, which reads no float16: leave out --fp16 or --size");
            return Stoppable.Run(context, "Stopping; Ctrl-C again stops at once.", stop =>
            {
                foreach (var line in context.Export(request with { Stop = stop }, context.Log).Lines) parse.InvocationConfiguration.Output.WriteLine(line);
                return (int)ExitCode.Done;
            });
        });
        return command;
    }

    private static ExportFormat Format(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "onnx": return ExportFormat.Onnx;
            case "safetensors": return ExportFormat.Safetensors;
            case var other:
                result.AddError($"--format {other}: must be onnx or safetensors");
                return default;
        }
    }

    private static (int, int)? Size(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Split('x') is [var height, var width] && Side(height) is { } rows && Side(width) is { } columns && (long)rows * columns <= MostPixels) return (rows, columns);
        result.AddError($"--size {text}: must be height x width in pixels, each from 1 to 65536 and {MostPixels / 1_000_000} million in all, such as 256x320");
        return null;
    }

    private static int? Side(string text) => text.All(char.IsAsciiDigit) && int.TryParse(text, out var side) && side is >= 1 and <= 65_536 ? side : null;
}
