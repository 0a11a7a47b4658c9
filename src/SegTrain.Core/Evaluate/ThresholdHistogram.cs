using SegTrain.Core.Data;
using SegTrain.Core.Trained;
using SegTrain.Losses;

namespace SegTrain.Core.Evaluate;

/// <summary>
/// How many pixels of each truth have which probability, of two classes or of each label: all that choosing a threshold by Dice over a whole set needs, in a
/// memory that does not grow with the set.
/// </summary>
/// <param name="outputs">1, or the number of labels.</param>
internal sealed class ThresholdHistogram(int outputs)
{
    private const int Bins = 1000;

    // By output, truth and probability.
    private readonly long[,,] _pixels = new long[outputs, 2, Bins];

    /// <summary>The model whose threshold is to be chosen.</summary>
    /// <exception cref="SegTrainException"><see cref="ExitCode.Usage"/>: it has no threshold, there are several, or the set is not that of its run's validation.</exception>
    public static string ModelOf(EvaluateRequest request)
    {
        if (request.Data is not null || request.Split != EvaluationSplit.Val)
            throw new SegTrainException(ExitCode.Usage, "--threshold auto: a threshold is chosen on the validation images of the model's own run; leave out --data, and --split or name val");
        var file = ModelFile.One(request.Models, "--threshold auto");
        var card = ModelFile.Describe(file).Card;
        return card.Mode != SegmentationMode.Multiclass ? file : throw new SegTrainException(ExitCode.Usage,
            $"--threshold auto: {string.Join(", ", card.Names)} exclude each other, and the likeliest wins without a threshold; it is for two classes or overlapping labels");
    }

    /// <param name="probabilities">Of a batch, image by image, output by output.</param>
    /// <param name="targets">0, 1 or <see cref="ClassList.Ignore"/>, in the same order.</param>
    /// <param name="pixels">Of an image.</param>
    public void Add(ReadOnlySpan<float> probabilities, ReadOnlySpan<byte> targets, int pixels)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] != ClassList.Ignore) _pixels[i / pixels % outputs, targets[i], Math.Min(Bins - 1, (int)((double)probabilities[i] * Bins))]++;
        }
    }

    /// <summary>
    /// A multiple of 1/1000 between 0 and 1: that with the best Dice of the positive class over all pixels, or the best mean over labels of theirs; of several the
    /// nearest to 0.5.
    /// </summary>
    public double Best => Enumerable.Range(1, Bins - 1).OrderByDescending(MeanDice).ThenBy(static bin => Math.Abs((2 * bin) - Bins)).First() / (double)Bins;

    // A label that is neither there nor found has none, as in MetricCatalog.
    private double MeanDice(int bin) => Enumerable.Range(0, outputs).Select(output => Dice(output, bin)).Where(static dice => !double.IsNaN(dice)).DefaultIfEmpty().Average();

    private double Dice(int output, int bin)
    {
        var (found, wrong, missed) = (Sum(output, 1, bin, Bins), Sum(output, 0, bin, Bins), Sum(output, 1, 0, bin));
        return 2.0 * found / ((2 * found) + wrong + missed);
    }

    private long Sum(int output, int truth, int from, int to)
    {
        var sum = 0L;
        for (var bin = from; bin < to; bin++) sum += _pixels[output, truth, bin];
        return sum;
    }
}
