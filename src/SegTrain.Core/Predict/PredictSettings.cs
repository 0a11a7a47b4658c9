namespace SegTrain.Core.Predict;

/// <summary>How images are looked at, and what is left of each.</summary>
internal sealed record PredictSettings
{
    public Tta Tta { get; init; }

    /// <summary>In place of the model's.</summary>
    public double? Threshold { get; init; }

    /// <summary>Bytes that the nets may take for an image; a larger one is cut into tiles.</summary>
    public long Memory { get; init; } = 1L << 30;

    /// <summary>Side of tiles; null: as large as the memory allows.</summary>
    public int? Tile { get; init; }

    public MaskStyle Masks { get; init; }

    public ProbabilityFormat Probabilities { get; init; }

    public bool Overlays { get; init; }

    /// <summary>Regions of fewer pixels go to their surroundings.</summary>
    public int RemoveSmall { get; init; }

    /// <summary>Enclosed regions of background of fewer pixels go to their surroundings.</summary>
    public int FillHoles { get; init; }
}

internal enum MaskStyle
{
    /// <summary>An indexed PNG: class indices, shown in the colours of the classes.</summary>
    Palette,

    /// <summary>A grey PNG of class indices, which looks black.</summary>
    Index,

    /// <summary>A grey PNG of 0 and 255, for two classes or a file a label.</summary>
    Binary,
}

internal enum ProbabilityFormat
{
    None,

    /// <summary>A grey 16-bit PNG a class, 65535 being 1.</summary>
    Png,

    /// <summary>A NumPy file of float32, (planes, height, width).</summary>
    Npy,
}
