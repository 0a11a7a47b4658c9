using System.Runtime.InteropServices;

namespace SegTrain.Core.Predict;

/// <summary>Some rows of an image, with what was said of them.</summary>
internal readonly ref struct PredictedRows
{
    /// <summary>The first row.</summary>
    public required int Top { get; init; }

    public required int Count { get; init; }

    /// <summary>Count x width class indices; of labels that may overlap labels x Count x width of 0 and 1.</summary>
    public required ReadOnlySpan<byte> Classes { get; init; }

    /// <summary>Planes x Count x width, from 0 to 1: the one of the positive class, or one a class or label; empty where no sink wants them.</summary>
    public required ReadOnlySpan<float> Probabilities { get; init; }

    /// <summary>Count rows of the image as its file has them; empty where they are not at hand.</summary>
    public required ReadOnlySpan<byte> Image { get; init; }
}

/// <summary>Takes a prediction from the top, so that no large image need be held whole.</summary>
internal interface IPredictionSink : IDisposable
{
    /// <summary>Whether it reads probabilities, which are not computed for nobody.</summary>
    bool WantsProbabilities => false;

    /// <exception cref="IOException">What it writes cannot be written.</exception>
    void Write(PredictedRows rows);

    /// <summary>After the last row; what is disposed before it leaves nothing.</summary>
    void Complete();
}

internal static class PredictionSinks
{
    /// <summary>Some rows to all of them.</summary>
    /// <param name="sinks">In turn.</param>
    /// <param name="scores">(1, K, count, width), on any device.</param>
    /// <param name="threshold">See <see cref="Scores.Classes"/>.</param>
    /// <param name="top">The first row.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="image">The same rows of the image, or none.</param>
    public static void Write(this IReadOnlyList<IPredictionSink> sinks, Scores scores, double threshold, int top, int count, ReadOnlySpan<byte> image)
    {
        var classes = scores.Classes(threshold).cpu().contiguous();
        var probabilities = sinks.Any(static sink => sink.WantsProbabilities) ? scores.Probabilities.cpu().contiguous() : null;
        var rows = new PredictedRows
        {
            Top = top,
            Count = count,
            Classes = classes.bytes,
            Probabilities = probabilities is null ? [] : MemoryMarshal.Cast<byte, float>(probabilities.bytes),
            Image = image,
        };
        foreach (var sink in sinks) sink.Write(rows);
    }
}
