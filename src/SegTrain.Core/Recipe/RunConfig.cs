using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SegTrain.Core.Data;
using SegTrain.Core.Models;
using SegTrain.Core.Optim;

namespace SegTrain.Core.Recipe;

/// <summary>
/// Everything that decides a run. Keys in YAML are the property names in snake_case; the records of the sections stand beside
/// their owners and hold the defaults. <see cref="DescriptionAttribute"/> is what <c>--print-config</c> and docs/config.md print.
/// </summary>
internal sealed record RunConfig
{
    [Description("Where the images and masks are and how they are read.")]
    public DataConfig Data { get; init; } = new();

    [Description("Random changes to training images and their masks.")]
    public AugmentConfig Augment { get; init; } = new();

    [Description("The net.")]
    public ModelConfig Model { get; init; } = new();

    [Description("A loss by name, with parameters, or a weighted sum: 'tversky(alpha=0.3, beta=0.7)', '0.5*bce + 0.5*dice'. See 'segtrain losses'.")]
    [Required]
    public string Loss { get; init; } = "bce-dice";

    [Description("How weights follow gradients.")]
    public OptimizerConfig Optimizer { get; init; } = new();

    [Description("How the learning rate changes over the run.")]
    public ScheduleConfig Schedule { get; init; } = new();

    [Description("Length, batches, seed and machine.")]
    public TrainConfig Train { get; init; } = new();

    /// <summary>What decides samples and batches.</summary>
    public LoadingConfig Loading => new(Data, Augment, Train.BatchSize, Train.Seed);
}
