namespace SegTrain.Kernels;

/// <summary>The 4x4 tiles of a batch, image by image, row by row; what is beyond an image's edge is computed and thrown away.</summary>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
internal readonly record struct WinogradTiles(int Height, int Width)
{
    /// <summary>Pixels of a side.</summary>
    public const int Side = 4;

    /// <summary>Tiles side by side.</summary>
    public int Across => (Width + Side - 1) / Side;

    /// <summary>Tiles one below the other.</summary>
    public int Down => (Height + Side - 1) / Side;

    /// <summary>The longest stretch of tiles that lie side by side.</summary>
    /// <param name="tile">The first.</param>
    /// <param name="end">Where to stop at the latest.</param>
    public Stretch From(int tile, int end)
    {
        var (row, first) = int.DivRem(tile, Across);
        var (image, down) = int.DivRem(row, Down);
        return new(image, down * Side, first * Side, Math.Min(Across - first, end - tile));
    }

    /// <summary>Tiles side by side.</summary>
    /// <param name="Image">Which image.</param>
    /// <param name="Row">The first row.</param>
    /// <param name="Column">The first column.</param>
    /// <param name="Count">How many.</param>
    public readonly record struct Stretch(int Image, int Row, int Column, int Count);
}
