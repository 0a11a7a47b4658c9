namespace SegTrain.Core.Predict.Files;

/// <summary>How many pixels of an image each class, or each label, has.</summary>
internal sealed class PixelShares(int classes, bool overlap) : IPredictionSink
{
    private readonly long[] _pixels = new long[classes];
    private long _all;

    /// <summary>From 0 to 1, in the order of the classes.</summary>
    public IReadOnlyList<double> Shares => [.. _pixels.Select(count => (double)count / _all)];

    public void Write(PredictedRows rows)
    {
        var size = rows.Classes.Length / (overlap ? classes : 1);
        _all += size;
        for (var i = 0; i < rows.Classes.Length; i++)
        {
            if (!overlap) _pixels[rows.Classes[i]]++;
            else if (rows.Classes[i] != 0) _pixels[i / size]++;
        }
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
    }
}
