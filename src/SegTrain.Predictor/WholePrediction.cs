using SegTrain.Core.Predict;
using SegTrain.Core.Trained;

namespace SegTrain.Predictor;

/// <summary>Puts the rows of a prediction together.</summary>
internal sealed class WholePrediction(int width, int height, ModelCard card) : IPredictionSink
{
    private readonly byte[] _classes = new byte[(card.ClassesOverlap ? card.Outputs : 1) * width * height];
    private readonly float[] _probabilities = new float[card.Outputs * width * height];

    public Prediction Prediction => new(width, height, _classes, _probabilities, card.ClassesOverlap, [.. card.Classes.Select(static item => item.Rgb)]);

    public bool WantsProbabilities => true;

    public void Write(PredictedRows rows)
    {
        Place(rows.Classes, rows, _classes);
        Place(rows.Probabilities, rows, _probabilities);
    }

    private void Place<T>(ReadOnlySpan<T> planes, PredictedRows rows, Span<T> whole)
    {
        var size = rows.Count * width;
        for (var plane = 0; plane * size < planes.Length; plane++) planes.Slice(plane * size, size).CopyTo(whole[((plane * width * height) + (rows.Top * width))..]);
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
    }
}
