using SegTrain.Core.Text;
using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>The table of optimizers: a new one is a file and a row.</summary>
internal static class OptimizerCatalog
{
    /// <param name="Name">The name in the config.</param>
    /// <param name="Decoupled">Whether weights shrink by learning rate times decay; else the decay is added to the gradient.</param>
    /// <param name="Rate">Its usual learning rate, as a multiple of AdamW's: the losses name theirs for that.</param>
    /// <param name="Beta2">The default of <see cref="OptimizerConfig.Beta2"/>.</param>
    /// <param name="Make">The rule, from config, values and gradients.</param>
    internal sealed record Row(string Name, bool Decoupled, double Rate, double Beta2, Func<OptimizerConfig, Tensor, Tensor, IUpdateRule> Make)
    {
        /// <summary>The config with this row's defaults where it names nothing.</summary>
        public OptimizerConfig Complete(OptimizerConfig config) => config with { Beta2 = config.Beta2 ?? Beta2 };
    }

    public static IReadOnlyList<Row> Table { get; } =
    [
        new("sgd", Decoupled: false, Rate: 10, Beta2: 0, static (config, values, gradients) => new Sgd(config, values, gradients)),
        new("adam", Decoupled: false, Rate: 1, Beta2: 0.999, static (config, values, gradients) => new Adam(config, values, gradients)),
        new("adamw", Decoupled: true, Rate: 1, Beta2: 0.999, static (config, values, gradients) => new Adam(config, values, gradients)),
        new("nadam", Decoupled: false, Rate: 1, Beta2: 0.999, static (config, values, gradients) => new NAdam(config, values, gradients)),
        new("radam", Decoupled: false, Rate: 5, Beta2: 0.999, static (config, values, gradients) => new RAdam(config, values, gradients)),
        new("rmsprop", Decoupled: false, Rate: 0.1, Beta2: 0.99, static (config, values, gradients) => new RmsProp(config, values, gradients)),
        new("lion", Decoupled: true, Rate: 0.5, Beta2: 0.99, static (config, values, gradients) => new Lion(config, values, gradients)),
    ];

    /// <exception cref="SegTrainException">There is no such row.</exception>
    public static Row Named(string name) => Table.FirstOrDefault(row => row.Name == name) ?? throw new SegTrainException(
        ExitCode.Config, $"optimizer.name: unknown '{name}'{Suggest.Hint(name, Table.Select(static row => row.Name))}; there are {string.Join(", ", Table.Select(static row => row.Name))}");
}
