namespace SegTrain.Core.Models;

/// <summary>The choices that a preset makes.</summary>
/// <param name="Width">Channels of the first level.</param>
/// <param name="Depth">Poolings.</param>
/// <param name="Norm">Normalisation with each 3x3 convolution.</param>
/// <param name="Block">What a level consists of.</param>
internal sealed record ModelShape(int Width, int Depth, Norm Norm, Block Block)
{
    public static ModelShape Of(Preset preset) => preset switch
    {
        Preset.Tiny => new(8, 4, Norm.Batch, Block.Plain),
        Preset.Small => new(16, 4, Norm.Batch, Block.Plain),
        Preset.Base => new(32, 4, Norm.Batch, Block.Plain),
        // So large a net leaves room for small batches only, whose statistics are poor.
        Preset.Large => new(64, 4, Norm.Group, Block.Residual),
        _ => throw new InvalidOperationException($"no preset {preset}"),
    };

    /// <summary>Channels of a level, 0 being full resolution.</summary>
    public int Channels(int level) => Width << level;
}
