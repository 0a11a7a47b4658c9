using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Text;

namespace SegTrain.Core.Data;

/// <summary>On which pixels validation counts.</summary>
internal enum Evaluation
{
    Native,
    Resized,
}

internal sealed record DataConfig
{
    [Description("A folder, whose layout is found, or a CSV manifest 'image,mask[,split]'. Empty: the built-in synthetic set.")]
    public string? Path { get; init; }

    [Description("Image files by a pattern relative to data.path: '*' within a name, '**' over folders, '{a,b}' either; a folder is all in it. Empty: with data.masks every file that is no mask, else found.")]
    public string? Images { get; init; }

    [Description("Mask files by a pattern; absolute and ../ are possible. A pair is an image and a mask whose wildcards stand for the same, as in '*/images/*.jpg' and '*/masks/*.png'. Empty: found.")]
    public string? Masks { get; init; }

    [Description("The classes in the order of their index: the first is the background, in a two-class task the second is the positive class. Empty: found in the masks. Only with a path.")]
    public IReadOnlyList<ClassConfig> Classes { get; init; } = [];

    [Description("Mask values left out of loss and metrics: grey levels '255', ranges '1-254' or colours '#RRGGBB'. Only with a path.")]
    public IReadOnlyList<string> Ignore { get; init; } = [];

    [Description("Mask values up to this far from a class or an ignored value count as it, for masks that went through JPEG: the root of the mean squared difference of red, green and blue, or of grey levels their difference.")]
    [Range(0.0, 255.0)]
    public double Tolerance { get; init; }

    [Description("Mask values that belong to no class: error names the files, ignore leaves the pixels out, nearest takes the class or ignored value of the nearest value. Only with data.classes.")]
    public StrayPolicy Stray { get; init; } = StrayPolicy.Error;

    [Description("Two-valued masks: the smaller value is the foreground. Only without data.classes.")]
    public bool Invert { get; init; }

    [Description("Share of the pairs kept for validation where the set names no split for validation.")]
    [Range(0.01, 0.9)]
    public double Validation { get; init; } = 0.2;

    [Description("Divide so that training and validation have each class in the same share of their pairs, as far as possible.")]
    public bool Stratify { get; init; }

    [Description("A regular expression on the pairs' names: pairs for which its first group (without one: all it finds) is the same are not divided, as in '^([^_]+)' for patients.")]
    public string? Group { get; init; }

    [Description("PART/COUNT as in 0/5: the pairs but those for testing are divided into COUNT parts, and PART is validated on. Parts of one seed are the same for all PART.")]
    public string? Fold { get; init; }

    [Description("Colour channels given to the net: 1 (grey), 3 (RGB), 4 (RGBA) or 0 for what the images have.")]
    [AllowedValues(0, 1, 3, 4)]
    public int Channels { get; init; }

    [Description("[width, height] in pixels that every image is resized to (area-averaged; masks nearest). Empty: native size.")]
    [Length(0, 2)]
    public IReadOnlyList<int> Resize { get; init; } = [];

    /// <summary>What <see cref="Resize"/> and <see cref="Fit"/> ask for; null for nothing.</summary>
    public Resizing? Resizing => Resize is [var width, var height] ? new(width, height, Fit) : null;

    [Description("stretch changes each side by itself; letterbox keeps the shape and pads with ignored black.")]
    public FitMode Fit { get; init; } = FitMode.Stretch;

    [Description("Where data.resize is set: native counts validation metrics on the pixels of the mask files, to which logits are brought bilinearly; resized on the small masks.")]
    public Evaluation Evaluate { get; init; } = Evaluation.Native;

    [Description("How many times an epoch uses each training image, with another crop each time.")]
    [Range(1, 10_000)]
    public int Repeat { get; init; } = 1;

    [Description("Threads that decode and augment; 0 chooses. The result does not depend on it.")]
    [Range(0, 256)]
    public int Threads { get; init; }

    [Description("Decoded samples in memory: auto keeps as many as data.cache_bytes holds, ram demands room for all, none decodes anew in each epoch. The result does not depend on it.")]
    public CacheMode Cache { get; init; }

    [Description("Memory for decoded samples at most: '500MB', '2GB', '1GiB'.")]
    [RegularExpression(ByteSize.Pattern, ErrorMessage = "must be an amount of memory such as 500MB, 2GB or 1GiB")]
    public string CacheBytes { get; init; } = "1GB";

    /// <summary>Whether classes have mask files of their own.</summary>
    public bool HasPlanes => Classes.Any(static item => item.Masks is not null);

    [Description("The built-in set that stands in when no path is given.")]
    public SyntheticConfig Synthetic { get; init; } = new();
}

internal sealed record ClassConfig
{
    [Description("Name shown in tables and metrics such as val.iou[road].")]
    [Required]
    public string Name { get; init; } = "";

    [Description("The mask value of the class: a grey level or index from 0 to 65535, a range of them '128-255', or a colour '#RRGGBB'. Empty only with masks of its own: every value but 0.")]
    public string? Value { get; init; }

    [Description("The mask files of this class alone, by a pattern as in data.masks; then all classes have such, pixels may be in several or none of them, and data.images is needed. An image may lack some of the files.")]
    public string? Masks { get; init; }

    [Description("Display colour '#RRGGBB'; chosen when empty.")]
    public string? Color { get; init; }
}

internal sealed record SyntheticConfig
{
    [Description("Training images.")]
    [Range(1, 100_000)]
    public int Train { get; init; } = 96;

    [Description("Validation images.")]
    [Range(1, 100_000)]
    public int Validation { get; init; } = 24;

    [Description("Side of the square images in pixels.")]
    [Range(16, 4096)]
    public int Size { get; init; } = 64;

    [Description("Classes, background included; the kinds of shapes are disc, square, triangle, ring, cross, bar, diamond.")]
    [Range(2, 8)]
    public int Classes { get; init; } = 4;
}
