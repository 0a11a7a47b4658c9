namespace SegTrain.Core.Images;

/// <summary>Resizes by taking, for each output pixel, the input pixel that holds its centre. Rows that hold none are passed over.</summary>
internal sealed class NearestRows(int fromWidth, int fromHeight, PixelImage into) : IRowSink
{
    private readonly int _size = into.Channels * into.Bits / 8;
    private readonly int[] _columns = [.. Enumerable.Range(0, into.Width).Select(x => Centre(x, fromWidth, into.Width))];
    private int _row;
    private int _y;

    public void Write(ReadOnlySpan<byte> row)
    {
        for (; _y < into.Height && Centre(_y, fromHeight, into.Height) == _row; _y++)
            Pick(row, into.Samples.AsSpan(_y * into.Width * _size, into.Width * _size));
        _row++;
    }

    /// <summary>The input position that holds the centre of an output position; the later one where it lies between two.</summary>
    public static int Centre(int at, int from, int to) => (int)(((2L * at) + 1) * from / (2L * to));

    private void Pick(ReadOnlySpan<byte> row, Span<byte> picked)
    {
        if (_size == 1)
        {
            for (var x = 0; x < picked.Length; x++)
                picked[x] = row[_columns[x]];
            return;
        }

        for (var x = 0; x < _columns.Length; x++)
            row.Slice(_columns[x] * _size, _size).CopyTo(picked[(x * _size)..]);
    }
}
