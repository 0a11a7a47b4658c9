using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SegTrain.Core.Training;

internal sealed record TrainConfig
{
    [Description("Passes over the training set.")]
    [Range(1, 1_000_000)]
    public int Epochs { get; init; } = 20;

    [Description("Images a step.")]
    [Range(1, 65_536)]
    public int BatchSize { get; init; } = 8;

    [Description("The one seed of weights, shuffling, crops and splits.")]
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    [Description("auto, cpu, cuda or cuda:N.")]
    [RegularExpression("auto|cpu|cuda(:[0-9]+)?", ErrorMessage = "must be auto, cpu, cuda or cuda:N")]
    public string Device { get; init; } = "auto";

    [Description("Epochs between validations; the last epoch always validates.")]
    [Range(1, 1_000_000)]
    public int ValidateEvery { get; init; } = 1;

    [Description("Metric of the best checkpoint: val.dice, val.iou, val.precision, val.recall, val.accuracy or val.loss, or one class as in 'val.iou[road]'.")]
    [Required]
    public string Best { get; init; } = "val.dice";

    [Description("Folder in which run folders are made.")]
    [Required]
    public string Runs { get; init; } = "runs";

    [Description("Name of the run folder; empty: time and loss.")]
    public string? Name { get; init; }
}
