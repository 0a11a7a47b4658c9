namespace SegTrain.Core.Predict;

/// <summary>Some rows of an image, with what was said of them.</summary>
internal readonly ref struct PredictedRows
{
    /// <summary>The first row.</summary>
    public required int Top { get; init; }

    public required int Count { get; init; }

    /// <summary>Count x width class indices; of labels that may overlap labels x Count x width of 0 and 1.</summary>
    public required ReadOnlySpan<byte> Classes { get; init; }

    /// <summary>Planes x Count x width, from 0 to 1: the one of the positive class, or one a class or label.</summary>
    public required ReadOnlySpan<float> Probabilities { get; init; }

    /// <summary>Count rows of the image as its file has them; empty where they are not at hand.</summary>
    public required ReadOnlySpan<byte> Image { get; init; }
}

/// <summary>Takes a prediction from the top, so that no large image need be held whole.</summary>
internal interface IPredictionSink : IDisposable
{
    /// <exception cref="IOException">What it writes cannot be written.</exception>
    void Write(PredictedRows rows);

    /// <summary>After the last row; what is disposed before it leaves nothing.</summary>
    void Complete();
}
