using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SegTrain.Core.Models;

internal sealed record ModelConfig
{
    [Description("Number of poolings; the output stride is 2^depth.")]
    [Range(1, 8)]
    public int Depth { get; init; } = 4;

    [Description("Channels of the first level; each pooling doubles them.")]
    [Range(1, 1024)]
    public int Width { get; init; } = 16;

    [Description("Normalisation after each 3x3 convolution.")]
    public Norm Norm { get; init; } = Norm.Batch;

    [Description("How the decoder doubles the resolution.")]
    public Upsampling Up { get; init; } = Upsampling.Transposed;
}

internal enum Norm
{
    Batch,
    Group,
    Instance,
    None,
}

internal enum Upsampling
{
    Transposed,
    Bilinear,
}
