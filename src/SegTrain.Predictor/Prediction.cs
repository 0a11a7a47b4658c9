using SegTrain.Core.Files;
using SegTrain.Core.Images;

namespace SegTrain.Predictor;

/// <summary>What a model says of an image.</summary>
public sealed class Prediction
{
    private readonly bool _overlap;
    private readonly IReadOnlyList<(byte, byte, byte)> _colors;

    internal Prediction(int width, int height, byte[] classes, float[] probabilities, bool overlap, IReadOnlyList<(byte, byte, byte)> colors) =>
        (Width, Height, Classes, Probabilities, _overlap, _colors) = (width, height, classes, probabilities, overlap, colors);

    /// <summary>Of the image.</summary>
    public int Width { get; }

    /// <inheritdoc cref="Width"/>
    public int Height { get; }

    /// <summary>
    /// Height x Width indices of <see cref="Predictor.Classes"/>, row by row; of classes that overlap classes x Height x Width of 0 and 1.
    /// </summary>
    public ReadOnlyMemory<byte> Classes { get; }

    /// <summary>
    /// Planes x Height x Width numbers from 0 to 1: of two classes one plane, that of the second class; else a plane a class, which sum to 1 where classes exclude each other.
    /// </summary>
    public ReadOnlyMemory<float> Probabilities { get; }

    /// <summary>The share of pixels, from 0 to 1, of a class.</summary>
    /// <param name="index">Of <see cref="Predictor.Classes"/>.</param>
    public double ShareOf(int index)
    {
        var plane = Width * Height;
        return (double)(_overlap ? Classes.Span.Slice(index * plane, plane).Count((byte)1) : Classes.Span.Count((byte)index)) / plane;
    }

    /// <summary>Writes an indexed PNG file in the colours of the classes, whole or not at all.</summary>
    /// <param name="file">Its path; one that is there is replaced.</param>
    /// <exception cref="InvalidOperationException">Classes overlap, so that no pixel has one index.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void SaveMask(string file)
    {
        if (_overlap) throw new InvalidOperationException("classes overlap, so that no pixel has one index; write a file a class from Classes");
        AtomicFile.Write(file, stream =>
        {
            using var rows = new PngRows(stream, Width, Height, channels: 1, bits: 8, _colors);
            Resample.Feed(Classes.Span, Width, rows);
            rows.Complete();
        });
    }
}

/// <param name="Name">As in metrics.</param>
/// <param name="Color">'#RRGGBB'.</param>
public sealed record PredictorClass(string Name, string Color);

/// <summary>How images are looked at.</summary>
public sealed record PredictorOptions
{
    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Average over four mirrored views: a little better, and four times as slow.</summary>
    public bool Flips { get; init; }

    /// <summary>The probability from which on a pixel is of the positive class, or of a class that may overlap; null: the model's.</summary>
    public double? Threshold { get; init; }

    /// <summary>Bytes that the net may take for an image; a larger one is cut into overlapping tiles.</summary>
    public long Memory { get; init; } = 1L << 30;
}

/// <summary>What is wrong with a model or an image: what, where, and what to do.</summary>
/// <param name="message">For people.</param>
/// <param name="inner">The cause.</param>
public sealed class PredictorException(string message, Exception inner) : Exception(message, inner);
