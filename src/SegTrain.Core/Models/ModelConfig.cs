using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SegTrain.Core.Models;

internal sealed record ModelConfig
{
    [Description("What width, depth, norm and block are where they are empty. Parameters at three channels and one output: "
        + "tiny 0.49 million (width 8, depth 4, batch, plain), small 1.94 (16, 4, batch, plain), base 7.76 (32, 4, batch, plain), "
        + "large 32.43 (64, 4, group, residual).")]
    public Preset Preset { get; init; } = Preset.Small;

    [Description("unet, or unet++ (nested skips; two to three times the work of a U-Net of that width).")]
    [Required]
    public string Architecture { get; init; } = "unet";

    [Description("Number of poolings; the output stride is 2^depth, times model.patch. Empty: the preset's.")]
    [Range(1, 8)]
    public int? Depth { get; init; }

    [Description("Channels of the first level; each pooling doubles them. Empty: the preset's.")]
    [Range(1, 1024)]
    public int? Width { get; init; }

    [Description("Normalisation with each 3x3 convolution. Empty: the preset's.")]
    public Norm? Norm { get; init; }

    [Description("plain: two times convolution, norm, ReLU. residual: two times norm, ReLU, convolution, added to a shortcut; "
        + "the first block stays plain. Empty: the preset's.")]
    public Block? Block { get; init; }

    [Description("How the decoder doubles the resolution.")]
    public Upsampling Up { get; init; } = Upsampling.Transposed;

    [Description("Pixels a side that the net takes in as one (space to depth) and gives back by a pixel shuffle (Shi et al. 2016, arXiv:1609.05158). 2 leaves out "
        + "the work at full resolution, most of a step's time; width is then that of the level at half resolution.")]
    [Range(1, 4)]
    public int Patch { get; init; } = 1;

    [Description("Attention gates: each skip is weighted, pixel by pixel, by what the level below it makes of it.")]
    public bool Attention { get; init; }

    [Description("Share of channels that training drops from the output of the deepest block and of every decoder block below full resolution.")]
    [Range(0, 0.9)]
    public double Dropout { get; init; }

    [Description("Heads on every level of the decoder (unet), or on every nested net (unet++), whose losses are added in training with weights 1, 1/2, 1/4, "
        + "... that sum to 1; only the last, full head is computed otherwise.")]
    public bool DeepSupervision { get; init; }

    [Description("Parameters that are not trained, by their names in model.safetensors, * standing for any text: [encoder.*]. Batch norms among them use "
        + "the statistics that they know.")]
    public IReadOnlyList<string> Freeze { get; init; } = [];

    [Description("First weights, to fine-tune: a run, a checkpoint, a safetensors file, or what torch.save(model.state_dict(), path) of PyTorch writes (none of its "
        + "code is run). Tensors are taken by name, the input's mean and deviation too; those that the file lacks, and heads of another number of classes, keep their "
        + "random first values, and the log says so; any other difference of shape is an error.")]
    public string? Weights { get; init; }

    [Description("Text file for weights whose tensors are called otherwise: lines of ours = theirs, in which one * on each side stands for the same text, as in "
        + "encoder.0.*.weight = down1.*.0.weight.")]
    public string? WeightsMap { get; init; }

    [Description("Take first weights also where less than half of the net's numbers are there.")]
    public bool WeightsPartial { get; init; }

    /// <summary>The preset's choices with the keys that override them.</summary>
    public ModelShape Shape
    {
        get
        {
            var preset = ModelShape.Of(Preset);
            return new(Width ?? preset.Width, Depth ?? preset.Depth, Norm ?? preset.Norm, Block ?? preset.Block);
        }
    }

    /// <summary>The same with every key of the preset spelled out, so that it means the same when a preset changes.</summary>
    public ModelConfig WithPreset() => this with { Width = Shape.Width, Depth = Shape.Depth, Norm = Shape.Norm, Block = Shape.Block };
}

internal enum Preset
{
    Tiny,
    Small,
    Base,
    Large,
}

internal enum Norm
{
    Batch,
    Group,
    Instance,
    None,
}

internal enum Block
{
    Plain,
    Residual,
}

internal enum Upsampling
{
    Transposed,
    Bilinear,
}
