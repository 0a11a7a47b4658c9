using SegTrain.Core.Data;
using SegTrain.Losses;

namespace SegTrain.Core.Calibrate;

/// <summary>How far probabilities can be believed, over all pixels of a set, in a memory that does not grow with it.</summary>
/// <param name="mode">What the logits are.</param>
/// <param name="outputs">Logits of a pixel.</param>
/// <param name="temperatures">That divide them: one, or one an output.</param>
internal sealed class Reliability(SegmentationMode mode, int outputs, IReadOnlyList<double> temperatures)
{
    /// <summary>Equal parts of the range of confidence.</summary>
    public const int Bins = 15;

    private readonly long[] _answers = new long[Bins];
    private readonly double[] _confidence = new double[Bins];
    private readonly long[] _right = new long[Bins];
    private readonly double[] _inverse = [.. Enumerable.Range(0, outputs).Select(output => 1 / temperatures[temperatures.Count > 1 ? output : 0])];
    private readonly double[] _weights = new double[outputs];
    private double _squares;
    private double _logs;

    /// <summary>Pixels with a target; of labels each label of each.</summary>
    public long Answers => _answers.Sum();

    /// <summary>
    /// Expected calibration error: how far confidence is from the share that is right, the mean over the bins by their answers (Guo et al. 2017, arXiv:1706.04599);
    /// 0 to 1. Confidence is the probability of the answer, the likeliest class, or whether a pixel is of the positive class or of a label.
    /// </summary>
    public double Ece => Enumerable.Range(0, Bins).Sum(bin => Math.Abs(_confidence[bin] - _right[bin])) / Answers;

    /// <summary>
    /// Mean of the squared differences of probability and truth (Brier 1950): summed over the classes that exclude each other, 0 to 2; else of one probability, 0 to 1.
    /// </summary>
    public double Brier => _squares / Answers;

    /// <summary>Mean of <c>-log p(truth)</c>, which the temperature makes least.</summary>
    public double LogLoss => _logs / Answers;

    /// <inheritdoc cref="PixelSample.Add(ReadOnlySpan{float}, ReadOnlySpan{byte})"/>
    public void Add(ReadOnlySpan<float> logits, ReadOnlySpan<byte> targets)
    {
        var pixels = logits.Length / outputs;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ClassList.Ignore) continue;
            if (mode == SegmentationMode.Multiclass) AddClasses(logits, i, pixels, targets[i]);
            else AddOne(logits[i] * _inverse[i / pixels], targets[i]);
        }
    }

    private void AddOne(double logit, byte target)
    {
        var (probability, toTruth) = (1 / (1 + Math.Exp(-logit)), target == 1 ? logit : -logit);
        Count(Math.Max(probability, 1 - probability), probability > 0.5 == (target == 1));
        _squares += (probability - target) * (probability - target);
        _logs += Math.Max(0, -toTruth) + Math.Log(1 + Math.Exp(-Math.Abs(toTruth)));
    }

    private void AddClasses(ReadOnlySpan<float> logits, int pixel, int pixels, byte target)
    {
        var (likeliest, sum, squares) = (0, 0.0, 0.0);
        for (var k = 0; k < outputs; k++)
        {
            _weights[k] = logits[(k * pixels) + pixel] * _inverse[k];
            if (_weights[k] > _weights[likeliest]) likeliest = k;
        }
        var (largest, truth) = (_weights[likeliest], _weights[target]);
        for (var k = 0; k < outputs; k++) sum += _weights[k] = Math.Exp(_weights[k] - largest);
        for (var k = 0; k < outputs; k++) squares += _weights[k] * _weights[k];
        Count(1 / sum, likeliest == target);
        _squares += (squares / (sum * sum)) - (2 * _weights[target] / sum) + 1;
        _logs += Math.Log(sum) + largest - truth;
    }

    // A bin has its upper bound.
    private void Count(double confidence, bool isRight)
    {
        var bin = Math.Clamp((int)Math.Ceiling(confidence * Bins) - 1, 0, Bins - 1);
        _answers[bin]++;
        _confidence[bin] += confidence;
        if (isRight) _right[bin]++;
    }
}
