using System.CommandLine;
using SegTrain.Core.Config;

namespace SegTrain.Cli.Options;

/// <summary>The options that make up a configuration. All are text:
/// the configuration checks them together with file and environment.</summary>
internal sealed class ConfigOptions
{
    private readonly Option<string?> _file = new("--config", "-c")
    {
        HelpName = "FILE",
        Description = "A YAML file with any of the keys; 'segtrain config' writes one.",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        HelpName = "KEY=VALUE",
        Description = "Any key of the configuration, as in model.depth=3. Repeatable.",
        // One value an occurrence, or '--set a=1 fit' would take the next word too.
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly (string Key, Option<string?> Option)[] _common =
    [
        ("data.path", Text("--data", "PATH", "A folder or CSV manifest of images and masks; without it the built-in synthetic set.")),
        ("data.fold", Text("--fold", "I/N", "Validate on part I, from 0, of N and train on the others.")),
        ("loss", Text("--loss", "LOSS", "A loss by name, with parameters, or a weighted sum.")),
        ("train.epochs", Text("--epochs", "N", "Passes over the training set.")),
        ("train.budget", Text("--budget", "LENGTH", "Ends after '30m' (s, h) or '10000steps'; epochs need not be named then.")),
        ("train.batch_size", Text("--batch-size", "N", "Images a step, or auto: as many as fit.")),
        ("optimizer.learning_rate", Text("--lr", "RATE", "Peak learning rate; by default the loss brings its own.")),
        ("optimizer.name", Text("--optimizer", "NAME", "sgd, adam, adamw, nadam, radam, rmsprop or lion.")),
        ("train.seed", Text("--seed", "N", "The one seed of weights, shuffling, crops and splits.")),
        ("train.device", Text("--device", "DEVICE", "auto, cpu, cuda or cuda:N.")),
        ("train.precision", Text("--precision", "TYPE", "fp32, tf32, bf16, fp16 or auto.")),
        ("train.name", Text("--run-name", "NAME", "Name of the run folder; by default time and loss.")),
        ("train.runs", Text("--runs", "FOLDER", "Where run folders are made.")),
    ];

    /// <param name="keys">The keys that have an option here; none means all that have one.</param>
    public ConfigOptions(params string[] keys)
    {
        if (keys.Length > 0)
            _common = [.. _common.Where(pair => keys.Contains(pair.Key))];
        _set.Validators.Add(static result =>
        {
            foreach (var token in result.Tokens.Where(static token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
                result.AddError($"--set {token.Value}: expected KEY=VALUE, such as train.epochs=5");
        });
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_file);
        foreach (var (_, option) in _common)
            command.Options.Add(option);
        command.Options.Add(_set);
    }

    /// <summary>Whether <c>--config</c> was given.</summary>
    public bool NamesFile(ParseResult parse) => parse.GetValue(_file) is not null;

    /// <param name="parse">The command line.</param>
    /// <param name="environment">The environment of the process.</param>
    /// <param name="instead">A file that stands in for <c>--config</c>.</param>
    public ConfigSources Sources(ParseResult parse, IReadOnlyDictionary<string, string> environment, string? instead = null)
    {
        var options = from pair in _common
                      let value = parse.GetValue(pair.Option)
                      where value is not null
                      select new ConfigOption(pair.Option.Name, pair.Key, value);
        var assignments = from assignment in parse.GetValue(_set) ?? []
                          let parts = assignment.Split('=', 2)
                          select new ConfigOption($"--set {parts[0]}", parts[0], parts[1]);
        return new() { File = instead ?? parse.GetValue(_file), Environment = environment, Options = [.. options, .. assignments] };
    }

    private static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description };
}
