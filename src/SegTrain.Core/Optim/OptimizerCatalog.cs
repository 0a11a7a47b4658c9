using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>The table of optimizers: a new one is a file and a row.</summary>
internal static class OptimizerCatalog
{
    internal sealed record Row(string Name, Func<OptimizerConfig, Tensor, Tensor, IOptimizer> Make);

    public static IReadOnlyList<Row> Table { get; } =
    [
        new("sgd", static (config, values, gradients) => new Sgd(config, values, gradients)),
        new("adam", static (config, values, gradients) => new Adam(config, values, gradients, decoupled: false)),
        new("adamw", static (config, values, gradients) => new Adam(config, values, gradients, decoupled: true)),
    ];
}
