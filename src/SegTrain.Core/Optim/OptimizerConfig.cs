using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SegTrain.Core.Optim;

internal sealed record OptimizerConfig
{
    [Description("sgd, adam or adamw.")]
    [Required]
    public string Name { get; init; } = "adamw";

    [Description("Peak learning rate; empty: the loss's own default, see 'segtrain losses show NAME'.")]
    [Range(1e-9, 100)]
    public double? LearningRate { get; init; }

    [Description("Weight decay: decoupled for adamw, added to the gradient for sgd and adam.")]
    [Range(0, 10)]
    public double WeightDecay { get; init; } = 0.01;

    [Description("Momentum of sgd.")]
    [Range(0, 0.9999)]
    public double Momentum { get; init; } = 0.9;

    [Description("Nesterov's form of the momentum of sgd.")]
    public bool Nesterov { get; init; } = true;

    [Description("Decay of adam's and adamw's mean of gradients.")]
    [Range(0, 0.9999)]
    public double Beta1 { get; init; } = 0.9;

    [Description("Decay of adam's and adamw's mean of squared gradients.")]
    [Range(0, 0.999999)]
    public double Beta2 { get; init; } = 0.999;

    [Description("Added to the root of the squared gradients in adam and adamw.")]
    [Range(1e-16, 1)]
    public double Eps { get; init; } = 1e-8;

    [Description("Gradients are scaled down to this global L2 norm; 0 turns it off.")]
    [Range(0, 1e9)]
    public double ClipNorm { get; init; } = 1;
}
