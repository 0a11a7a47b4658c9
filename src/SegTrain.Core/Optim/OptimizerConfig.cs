using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SegTrain.Core.Optim;

internal sealed record OptimizerConfig
{
    [Description("sgd, adam, adamw, nadam, radam, rmsprop or lion.")]
    [Required]
    public string Name { get; init; } = "adamw";

    [Description("Peak learning rate; empty: the loss's own default for adamw (see 'segtrain losses show NAME'), for sgd 10 and for radam 5 times, for lion half, for rmsprop a tenth of it.")]
    [Range(1e-9, 100)]
    public double? LearningRate { get; init; }

    [Description("Weight decay of convolution weights (norms and biases have none): decoupled for adamw and lion, added to the gradient for the others.")]
    [Range(0, 10)]
    public double WeightDecay { get; init; } = 0.01;

    [Description("Momentum of sgd and rmsprop.")]
    [Range(0, 0.9999)]
    public double Momentum { get; init; } = 0.9;

    [Description("Nesterov's form of the momentum of sgd.")]
    public bool Nesterov { get; init; } = true;

    [Description("Decay of the running mean of gradients in the adams and lion.")]
    [Range(0, 0.9999)]
    public double Beta1 { get; init; } = 0.9;

    [Description("Decay of the running mean of squared gradients in the adams and rmsprop, of the kept mean of gradients in lion; empty: 0.999 for the adams, 0.99 for rmsprop and lion.")]
    [Range(0, 0.999999)]
    public double? Beta2 { get; init; }

    [Description("Added to the root of the squared gradients in the adams and rmsprop.")]
    [Range(1e-16, 1)]
    public double Eps { get; init; } = 1e-8;

    [Description("Gradients are scaled down to this global L2 norm; 0 turns it off.")]
    [Range(0, 1e9)]
    public double ClipNorm { get; init; } = 1;

    [Description("Every number of the gradients is cut to this size, before clip_norm; 0 turns it off.")]
    [Range(0, 1e9)]
    public double ClipValue { get; init; }
}
