using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SegTrain.Core.Engine;

namespace SegTrain.Core.Recipe;

/// <summary>What happens when a number is not finite.</summary>
internal enum NonFinite
{
    Stop,
    Skip,
    Rewind,
}

internal sealed record TrainConfig
{
    /// <summary>What <see cref="Epochs"/> may be at most, and is where a budget decides alone.</summary>
    public const int MostEpochs = 1_000_000;

    [Description("Passes over the training set.")]
    [Range(1, MostEpochs)]
    public int Epochs { get; init; } = 20;

    [Description("Images a step. Empty or auto: as many as fit into memory, at most 16 on a CPU and 64 on a GPU, and an eighth of the training images; "
        + "the run's config.yaml has what was chosen.")]
    [Range(1, 65_536)]
    public int? BatchSize { get; init; } = 8;

    [Description("The one seed of weights, shuffling, crops and splits.")]
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    [Description("auto, cpu, cuda or cuda:N.")]
    [RegularExpression("auto|cpu|cuda(:[0-9]+)?", ErrorMessage = "must be auto, cpu, cuda or cuda:N")]
    public string Device { get; init; } = "auto";

    [Description("What convolutions compute in. fp32; bf16: activations in bfloat16, but weights, gradients, statistics of norms, losses and metrics in float32; "
        + "fp16: the same in float16 on a CUDA device, the loss scaled on its way back; tf32: float32 whose products a CUDA device may round to 10 bits; "
        + "auto: bf16 where the device gains from it (compute capability 8.0; a CPU with AVX512_BF16 measures both, once), else fp32. The run's config.yaml has what was chosen.")]
    public Precision Precision { get; init; } = Precision.Fp32;

    [Description("Batches whose gradients are added up for one step of the optimizer.")]
    [Range(1, 65_536)]
    public int Accumulate { get; init; } = 1;

    [Description("The run ends after '30m' (also s, h) or '10000steps'; the schedule ends there too. Where epochs are not given it decides alone. A budget of time ends where the clock says, so such runs do not repeat bit by bit.")]
    [RegularExpression(RunLength.Pattern, ErrorMessage = "must be a time such as '30m' or '1.5h', or '10000steps'")]
    public string? Budget { get; init; }

    [Description("Validations without improvement of train.best after which the run ends; 0: none.")]
    [Range(0, 1_000_000)]
    public int Patience { get; init; }

    [Description("Decay of the running average of the weights that is validated and saved in place of the weights themselves, such as 0.999; 0: none.")]
    [Range(0, 0.999999)]
    public double Ema { get; init; }

    [Description("What happens when a loss or gradient is not a finite number: stop; skip the step, up to ten and a tenth of all; or rewind to the last checkpoint "
        + "with half the learning rate, up to three times.")]
    public NonFinite NonFinite { get; init; } = NonFinite.Stop;

    [Description("Epochs between validations; the last epoch always validates.")]
    [Range(1, 1_000_000)]
    public int ValidateEvery { get; init; } = 1;

    [Description("Metric of the best checkpoint: val.dice, val.iou, val.precision, val.recall, val.accuracy or val.loss, or one class as in 'val.iou[road]'.")]
    [Required]
    public string Best { get; init; } = "val.dice";

    [Description("Saves in the midst of epochs too: every '10m' or '500steps'. Empty: at the end of each epoch only.")]
    [RegularExpression(RunLength.Pattern, ErrorMessage = "must be a time such as '10m', or '500steps'")]
    public string? SaveEvery { get; init; }

    [Description("Checkpoints that are kept of the epochs best by train.best: 1 is checkpoints/best alone, more are also kept under value and epoch, as in "
        + "checkpoints/top-0.8731-epoch-0012.")]
    [Range(1, 1000)]
    public int KeepBest { get; init; } = 1;

    [Description("Keeps the checkpoint of every so many epochs as checkpoints/epoch-0010; 0: none.")]
    [Range(0, 1_000_000)]
    public int KeepEvery { get; init; }

    [Description("Folder in which run folders are made.")]
    [Required]
    public string Runs { get; init; } = "runs";

    [Description("Name of the run folder; empty: time and loss.")]
    public string? Name { get; init; }
}
