namespace SegTrain.Core.Images;

/// <summary>Takes the rows of a picture one by one from the top, so that a decoder need not hold the whole of it.</summary>
internal interface IRowSink
{
    /// <param name="row">Its samples as <see cref="PixelImage"/> has them.</param>
    void Write(ReadOnlySpan<byte> row);
}

/// <summary>Keeps every row.</summary>
internal sealed class WholeRows(PixelImage image) : IRowSink
{
    private int _at;

    public void Write(ReadOnlySpan<byte> row)
    {
        row.CopyTo(image.Samples.AsSpan(_at));
        _at += row.Length;
    }
}
