using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SegTrain.Core.Data;

internal sealed record AugmentConfig
{
    [Description("[width, height] in pixels of a random crop of the training images; smaller images are padded with ignored pixels. Empty: none.")]
    [Length(0, 2)]
    public IReadOnlyList<int> Crop { get; init; } = [];

    [Description("Mirror left-right with probability 1/2.")]
    public bool FlipHorizontal { get; init; } = true;

    [Description("Mirror top-bottom with probability 1/2.")]
    public bool FlipVertical { get; init; }

    [Description("Turn by 0, 90, 180 or 270 degrees; needs augment.crop or square images.")]
    public bool QuarterTurns { get; init; }
}
