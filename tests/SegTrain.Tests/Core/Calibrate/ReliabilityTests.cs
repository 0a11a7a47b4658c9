using SegTrain.Core.Calibrate;
using SegTrain.Core.Data;
using SegTrain.Losses;

namespace SegTrain.Tests.Core.Calibrate;

public sealed class ReliabilityTests
{
    /// <summary>
    /// Four pixels with probabilities of the positive class 0.9, 0.92, 0.3 and 0.6, of which the second is negative and the last ignored. Confidences 0.9 and 0.92
    /// are in bin 14 of 15, 0.7 in bin 11: ECE = (|0.9 + 0.92 - 1| + |0.7 - 1|) / 3, Brier = (0.1^2 + 0.92^2 + 0.3^2) / 3.
    /// </summary>
    [Fact]
    public void Two_classes_by_hand()
    {
        var found = new Reliability(SegmentationMode.Binary, 1, [1]);
        found.Add([Logit(0.9), Logit(0.92), Logit(0.3), Logit(0.6)], [1, 0, 0, ClassList.Ignore]);
        Assert.Equal(3, found.Answers);
        Assert.Equal((0.82 + 0.3) / 3, found.Ece, 1e-6);
        Assert.Equal((0.01 + 0.8464 + 0.09) / 3, found.Brier, 1e-6);
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.08) + Math.Log(0.7)) / 3, found.LogLoss, 1e-6);
    }

    /// <summary>
    /// Two pixels of three classes, (0.5, 0.3, 0.2) that is of class 0 and (0.1, 0.2, 0.7) that is of class 1; one that is ignored. ECE = (|0.5 - 1| + |0.7 - 0|) / 2,
    /// Brier = (0.5^2 + 0.3^2 + 0.2^2 + 0.1^2 + 0.8^2 + 0.7^2) / 2. Logits are twice the logarithms, at temperature 2.
    /// </summary>
    [Fact]
    public void Three_classes_by_hand_at_a_temperature()
    {
        var found = new Reliability(SegmentationMode.Multiclass, 3, [2]);
        float[] logits = [.. new[] { 0.5, 0.1, 0.9, 0.3, 0.2, 0.05, 0.2, 0.7, 0.05 }.Select(static p => (float)(2 * Math.Log(p)))];
        found.Add(logits, [0, 1, ClassList.Ignore]);
        Assert.Equal((0.5 + 0.7) / 2, found.Ece, 1e-6);
        Assert.Equal((0.25 + 0.09 + 0.04 + 0.01 + 0.64 + 0.49) / 2, found.Brier, 1e-6);
        Assert.Equal(-(Math.Log(0.5) + Math.Log(0.2)) / 2, found.LogLoss, 1e-6);
    }

    [Fact]
    public void Labels_have_temperatures_of_their_own_and_certainty_is_no_overflow()
    {
        var found = new Reliability(SegmentationMode.Multilabel, 2, [1, 4]);
        // One pixel: 0.8 and there, 0.75 and not there.
        found.Add([Logit(0.8), 4 * Logit(0.75)], [1, 0]);
        Assert.Equal((0.04 + 0.5625) / 2, found.Brier, 1e-6);
        var sure = new Reliability(SegmentationMode.Binary, 1, [1]);
        sure.Add([2000, -2000], [1, 1]);
        Assert.Equal((0.5, 0.5, 1000), (sure.Ece, sure.Brier, sure.LogLoss));
    }

    private static float Logit(double probability) => (float)Math.Log(probability / (1 - probability));
}
