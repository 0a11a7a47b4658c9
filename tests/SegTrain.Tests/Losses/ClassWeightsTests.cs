using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>Weights of the classes from their pixels in the training masks.</summary>
public sealed class ClassWeightsTests
{
    private static readonly long[] s_counts = [900, 100, 0, 500];

    [Fact]
    public void Follow_the_formulas_and_are_0_for_absent_classes()
    {
        // 1500 pixels of 4 classes; the median of 100, 500, 900 is 500.
        AssertWeights("inverse", [1500 / (4 * 900.0), 1500 / (4 * 100.0), 0, 1500 / (4 * 500.0)]);
        AssertWeights("median-frequency", [500 / 900.0, 5, 0, 1]);
        double[] rare = [.. s_counts.Select(count => count == 0 ? 0 : (1 - 0.9999) / (1 - Math.Pow(0.9999, count)))];
        AssertWeights("effective-number", [.. rare.Select(weight => weight / (rare.Sum() / 3))]);
    }

    [Theory]
    [InlineData("ce(class_weights=inverse)")]
    [InlineData("0.5*bce + 0.5*dice(class_weights=effective_number)")]
    [InlineData("focal(class_weights=median-frequency)")]
    [InlineData("lovasz(class_weights=inverse)")]
    [InlineData("exp-log(class_weights=inverse)")]
    public void Are_the_listed_ones(string expression)
    {
        var task = new LossTask(SegmentationMode.Multiclass, 4) { PixelCounts = s_counts };
        var parsed = LossExpression.Parse(expression);
        Assert.True(parsed.NeedsPixelCounts);
        Assert.Equal(parsed.ToString(), LossExpression.Parse(parsed.ToString()).ToString());
        var (start, end) = (expression.IndexOf("class_weights=", StringComparison.Ordinal) + 14, expression.IndexOf(')', StringComparison.Ordinal));
        var word = expression[start..end];
        var listed = expression.Replace(word, Weights(word, task).ToString(), StringComparison.Ordinal);
        Assert.False(LossExpression.Parse(listed).NeedsPixelCounts);
        Assert.Equal(Cost(expression, task), Cost(listed, task), 1e-12);
    }

    [Fact]
    public void Need_the_counts()
    {
        var failure = Assert.Throws<LossException>(() =>
            LossExpression.Parse("dice + ce(class_weights=inverse)").Build(new LossTask(SegmentationMode.Multiclass, 4)));
        Assert.Contains("ce: class_weights=inverse follows from the pixels of each class", failure.Message, StringComparison.Ordinal);
        Assert.Equal(8, failure.Column);
        Assert.Contains("no pixel of any class", Assert.Throws<LossException>(() => LossExpression.Parse("ce(class_weights=inverse)")
            .Build(new LossTask(SegmentationMode.Multiclass, 2) { PixelCounts = [0, 0] })).Message, StringComparison.Ordinal);
        Assert.Contains("1 counts of pixels for 2 classes", Assert.Throws<LossException>(() =>
            new LossTask(SegmentationMode.Binary, 2) { PixelCounts = [5] }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ce(class_weights=invers)", "it takes inverse | median-frequency | effective-number | a list of numbers from 0, or none")]
    [InlineData("ce(class_weights=[-1,2])", "out of range")]
    public void Are_refused_with_advice(string text, string message) => Assert.Contains(
        message, Assert.Throws<LossException>(() => LossExpression.Parse(text)).Message, StringComparison.Ordinal);

    private static void AssertWeights(string word, double[] wanted)
    {
        var made = Weights(word, new LossTask(SegmentationMode.Multiclass, 4) { PixelCounts = s_counts });
        for (var i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], made[i], 1e-12);
    }

    private static NumberList Weights(string word, LossTask task) =>
        ((CeSettings)LossExpression.Parse($"ce(class_weights={word})").Terms[0].Settings).ClassWeights!.For(task);

    private static double Cost(string expression, LossTask task)
    {
        var random = new Random(71);
        return LossProbe.Run(
            expression,
            task,
            LossProbe.Tensor([.. Enumerable.Range(0, 2 * 4 * 12).Select(_ => random.NextDouble())], [2, 4, 3, 4], ScalarType.Float64),
            tensor([.. Enumerable.Range(0, 24).Select(i => (long)(i % 4))], [2, 3, 4], ScalarType.Byte)).Value;
    }
}
