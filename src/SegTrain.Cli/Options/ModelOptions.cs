using System.CommandLine;
using SegTrain.Core.Predict;

namespace SegTrain.Cli.Options;

/// <summary>Which models are asked, about which views of an image, and where: what verbs that use trained models share.</summary>
internal sealed class ModelOptions
{
    private readonly Argument<string> _model = new("MODEL") { Description = "A run, a group of runs, a checkpoint or a model.safetensors." };

    private readonly Option<string[]> _with = new("--with")
    {
        HelpName = "MODEL",
        AllowMultipleArgumentsPerToken = false,
        Description = "Another model whose probabilities are averaged with the first one's. Repeatable.",
    };

    private readonly Option<Tta> _views = new("--tta")
    {
        HelpName = "VIEWS",
        Description = "flips: average over 4 mirrored views; turns: over 8, turned ones among them. Takes as many times as long.",
    };

    private readonly Option<string> _device = DeviceOption();

    public void AddTo(Command command)
    {
        command.Arguments.Insert(0, _model);
        foreach (var option in (Option[])[_with, _views, _device]) command.Options.Add(option);
    }

    public IReadOnlyList<string> Models(ParseResult parse) => [parse.GetRequiredValue(_model), .. parse.GetValue(_with) ?? []];

    public Tta Views(ParseResult parse) => parse.GetValue(_views);

    public string Device(ParseResult parse) => parse.GetValue(_device)!;

    /// <summary>For verbs that ask one model.</summary>
    public static Option<string> DeviceOption() => new("--device") { HelpName = "DEVICE", DefaultValueFactory = static _ => "auto", Description = "auto, cpu, cuda or cuda:N." };
}
