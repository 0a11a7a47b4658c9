using System.Globalization;
using SegTrain.Core.Trained;
using SegTrain.Losses;

namespace SegTrain.Core.Export;

/// <summary>How far an exported file is from the net that it was made of.</summary>
/// <param name="Difference">The largest of two probabilities; not a number where one of them is none.</param>
/// <param name="Wrong">Pixels of another class, where the net itself is not undecided within the limit.</param>
/// <param name="Pixels">All that were compared; a label of a pixel counts as one.</param>
/// <param name="Limit">What <paramref name="Difference"/> may be.</param>
internal readonly record struct Parity(double Difference, long Wrong, long Pixels, double Limit)
{
    /// <summary>Of probabilities in float32: some ten times the most that another order of summation has been seen to bring.</summary>
    public const double SingleLimit = 1e-4;

    /// <summary>Of probabilities where convolutions compute in float16, whose numbers have three digits.</summary>
    public const double HalfLimit = 2e-2;

    private const double MostWrong = 1e-4;

    /// <summary>Whether the file may be kept.</summary>
    public bool IsClose => Difference <= Limit && Wrong <= MostWrong * Pixels;

    public static Parity None(double limit) => new(0, 0, 0, limit);

    /// <summary>With one more comparison.</summary>
    /// <param name="card">What the numbers mean.</param>
    /// <param name="net">What the net says.</param>
    /// <param name="file">What the file says of the same images.</param>
    /// <param name="plane">Pixels of an image.</param>
    public Parity With(ModelCard card, Prediction net, Prediction file, int plane)
    {
        if (net.Probabilities.Length != file.Probabilities.Length || !net.Sides.SequenceEqual(file.Sides)) return this with { Difference = double.NaN };
        var difference = Difference;
        for (var i = 0; i < net.Probabilities.Length; i++)
        {
            // Of a number and none Max is none.
            difference = Math.Max(difference, Math.Abs((double)net.Probabilities[i] - file.Probabilities[i]));
        }
        var wrong = 0L;
        for (var i = 0; i < net.Classes.Length; i++)
        {
            if (net.Classes[i] != file.Classes[i] && !IsUndecided(card, net, file, i, plane)) wrong++;
        }
        return this with { Difference = difference, Wrong = Wrong + wrong, Pixels = Pixels + net.Classes.Length };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"largest difference of a probability {Difference:0.0e+0} (limit {Limit:0e+0}); another class at {Wrong} of {Pixels} pixels");

    private bool IsUndecided(ModelCard card, Prediction net, Prediction file, int i, int plane)
    {
        if (card.Mode != SegmentationMode.Multiclass) return Math.Abs(net.Probabilities[i] - card.Threshold) <= Limit;
        return Of(net.Classes[i]) - Of(file.Classes[i]) <= 2 * Limit;

        double Of(byte index) => index < card.Outputs ? net.Probabilities[(i / plane * card.Outputs + index) * plane + i % plane] : double.NegativeInfinity;
    }
}
