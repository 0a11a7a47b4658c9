using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SegTrain.Core.Data.Augment;
using SegTrain.Core.Data.Augment.Pixels;
using SegTrain.Core.Data.Augment.Turns;
using SegTrain.Core.Data.Augment.Warps;
using TorchSharp;

namespace SegTrain.Core.Data;

internal enum AugmentPreset
{
    None,
    Light,
    Medium,
    Strong,
}

internal enum AugmentPlace
{
    Auto,
    Loader,
    Device,
}

/// <summary>
/// The table of augmentations, in the order of application: a key, the class that does it, what it means, its strength in each preset and its
/// range. A new one is a file in a folder of Augment and a row here.
/// </summary>
internal sealed record AugmentConfig
{
    [Description("Strengths of the keys below that are empty; a key that is set overrides it. Light mirrors left-right and nothing else.")]
    public AugmentPreset Preset { get; init; } = AugmentPreset.Light;

    [Description("[width, height] in pixels of a random crop of the training images; smaller images are padded with ignored pixels. Empty: none.")]
    [Length(0, 2)]
    public IReadOnlyList<int> Crop { get; init; } = [];

    [Description("Probability that the crop is laid over a pixel of a class other than the background, each class in the image as often as another; needs augment.crop.")]
    [Range(0.0, 1.0)]
    public double Foreground { get; init; }

    [Augmentation<QuarterTurn>("Turn by 0, 90, 180 or 270 degrees; needs augment.crop or square images. No preset does: only you know whether up and down differ.")]
    public bool? QuarterTurns { get; init; }

    [Augmentation<FlipHorizontal>("Mirror left-right with probability 1/2.", Light = 1, Medium = 1, Strong = 1)]
    public bool? FlipHorizontal { get; init; }

    [Augmentation<FlipVertical>("Mirror top-bottom with probability 1/2. No preset does.")]
    public bool? FlipVertical { get; init; }

    [Description("Probability that a sample is rotated, sheared, scaled and bent at all; the others keep their exact pixels.")]
    [Range(0.0, 1.0)]
    public double WarpProbability { get; init; } = 0.5;

    [Augmentation<Rotate>("Rotation by up to so many degrees either way, about the middle of the crop.", Medium = 10, Strong = 25)]
    [Range(0.0, 180.0)]
    public double? Rotate { get; init; }

    [Augmentation<Shear>("Shear along each axis by up to so many degrees either way.", Medium = 4, Strong = 10)]
    [Range(0.0, 45.0)]
    public double? Shear { get; init; }

    [Augmentation<Scale>("Larger or smaller by up to this share: 0.25 scales by 1/1.25 to 1.25.", Medium = 0.15, Strong = 0.4)]
    [Range(0.0, 1.0)]
    public double? Scale { get; init; }

    [Augmentation<Elastic>(
        "Elastic bending: handles a fifth of the shorter side apart are moved along each axis by up to this share of that side, all between them smoothly (cubic B-splines).",
        Medium = 0.02,
        Strong = 0.05)]
    [Range(0.0, Augment.Warps.Elastic.Most)]
    public double? Elastic { get; init; }

    [Description("Probability of each of the changes below, drawn apart for each.")]
    [Range(0.0, 1.0)]
    public double PixelProbability { get; init; } = 0.3;

    [Augmentation<Brightness>("Up to so much is added to all colours or taken away; 1 is from black to white.", Medium = 0.1, Strong = 0.25)]
    [Range(0.0, 1.0)]
    public double? Brightness { get; init; }

    [Augmentation<Contrast>("Distances from the image's mean change by up to this share: 0.25 scales by 1/1.25 to 1.25.", Medium = 0.15, Strong = 0.4)]
    [Range(0.0, 4.0)]
    public double? Contrast { get; init; }

    [Augmentation<Gamma>("Values from 0 to 1 are raised to a power: 0.25 means 1/1.25 to 1.25.", Medium = 0.2, Strong = 0.5)]
    [Range(0.0, 4.0)]
    public double? Gamma { get; init; }

    [Augmentation<Hue>("Hues turn by up to so many degrees either way; grey images have none.", Medium = 6, Strong = 15)]
    [Range(0.0, 180.0)]
    public double? Hue { get; init; }

    [Augmentation<Saturation>("Distances from grey change by up to this share: 0.25 scales by 1/1.25 to 1.25; grey images have none.", Medium = 0.15, Strong = 0.5)]
    [Range(0.0, 4.0)]
    public double? Saturation { get; init; }

    [Augmentation<Blur>("Gaussian blur with a standard deviation of up to so many pixels.", Medium = 0.8, Strong = 1.5)]
    [Range(0.0, 16.0)]
    public double? Blur { get; init; }

    [Augmentation<Noise>("Gaussian noise with a standard deviation of up to this; 1 is from black to white.", Medium = 0.02, Strong = 0.06)]
    [Range(0.0, 1.0)]
    public double? Noise { get; init; }

    [Augmentation<JpegArtefacts>("What JPEG files lose, at a quality of up to so much below 100.", Strong = 50)]
    [Range(0.0, 99.0)]
    public double? Jpeg { get; init; }

    [Augmentation<Cutout>("A rectangle with sides up to this share of the image's is blanked, and ignored by loss and metrics.", Strong = 0.3)]
    [Range(0.0, 1.0)]
    public double? Cutout { get; init; }

    [Strength("Probability that a random rectangle of another training sample is pasted over this one, classes alike; that sample is loaded too.", Strong = 0.25)]
    [Range(0.0, 1.0)]
    public double? Cutmix { get; init; }

    [Description("Mixup (Zhang et al. 2018, arXiv:1710.09412): images of a batch are blended with their neighbours in shares drawn from Beta(alpha, alpha), and so are the losses "
        + "of both truths. This is alpha, 0.2 say; 0: none, as in every preset.")]
    [Range(0.0, 1.0)]
    public double Mixup { get; init; }

    [Description("Where images are warped and recoloured: by the threads of the loader, or on the device that trains. auto: on the device where that is a GPU. Classes are always the loader's.")]
    public AugmentPlace On { get; init; } = AugmentPlace.Auto;

    /// <summary>The same with auto decided, for a run that trains on such a device.</summary>
    public AugmentConfig Placed(DeviceType device) => On == AugmentPlace.Auto ? this with { On = device == DeviceType.CUDA ? AugmentPlace.Device : AugmentPlace.Loader } : this;

    /// <summary>The same with every strength given.</summary>
    public AugmentConfig WithPreset()
    {
        var filled = this with { };
        foreach (var row in AugmentationTable.Rows)
            row.Fill(filled);
        return filled;
    }
}
