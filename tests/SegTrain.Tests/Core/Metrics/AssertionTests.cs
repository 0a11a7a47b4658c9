using SegTrain.Core;
using SegTrain.Core.Metrics;

namespace SegTrain.Tests.Core.Metrics;

public sealed class AssertionTests
{
    private static readonly Dictionary<string, double> Metrics = new() { ["train.loss"] = 0.25, ["val.dice"] = 0.875, ["val.iou[road > path]"] = 0.5, ["val.iou[sky]"] = double.NaN };

    [Theory]
    [InlineData("val.dice>=0.875", "val.dice", ">=", 0.875)]
    [InlineData(" val.dice > 1e-3 ", "val.dice", ">", 1e-3)]
    [InlineData("train.loss<=.5", "train.loss", "<=", 0.5)]
    [InlineData("train.loss < -1", "train.loss", "<", -1)]
    [InlineData("val.iou[road > path]==0.5", "val.iou[road > path]", "==", 0.5)]
    public void TheGrammarIsMetricOperatorNumber(string text, string metric, string comparison, double number)
    {
        var assertion = Assertion.Parse(text);
        Assert.Equal((metric, comparison, number), (assertion.Metric, assertion.Operator, assertion.Number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("val.dice")]
    [InlineData("val.dice=0.9")]
    [InlineData("val.dice>=")]
    [InlineData("0.9<=val.dice")]
    [InlineData("val.dice>=0.9 or train.loss<1")]
    [InlineData("val.dice=>0.9")]
    [InlineData("val.iou[]>0.9")]
    public void EverythingElseIsAUsageError(string text)
    {
        var e = Assert.Throws<SegTrainException>(() => Assertion.Parse(text));
        Assert.Equal(ExitCode.Usage, e.Code);
        Assert.Equal($"--assert '{text}': expected METRIC OP NUMBER with OP one of >=, >, <=, <, ==, such as 'val.dice>=0.9' or 'val.iou[road]>0.5'", e.Message);
    }

    [Theory]
    [InlineData("val.dice>=high", "high")]
    [InlineData("val.dice>=90%", "90%")]
    [InlineData("val.dice>=NaN", "NaN")]
    public void ANumberIsANumber(string text, string number) =>
        Assert.Equal($"--assert '{text}': '{number}' is not a number", Assert.Throws<SegTrainException>(() => Assertion.Parse(text)).Message);

    [Theory]
    [InlineData("val.dice>=0.875", null)]
    [InlineData("val.dice<=0.875", null)]
    [InlineData("val.dice==0.875", null)]
    [InlineData("val.iou[road > path]>=0.5", null)]
    [InlineData("val.dice>0.875", "wanted val.dice > 0.875, got 0.875")]
    [InlineData("val.dice<0.875", "wanted val.dice < 0.875, got 0.875")]
    [InlineData("train.loss==0.2500001", "wanted train.loss == 0.2500001, got 0.25")]
    [InlineData("val.iou[sky]>=0", "wanted val.iou[sky] >= 0, got no value")]
    [InlineData("val.dcie>=0", "val.dcie>=0: the run has no 'val.dcie'; did you mean 'val.dice'?")]
    public void AFailureSaysWhatWasWantedAndGot(string text, string? failure) => Assert.Equal(failure, Assertion.Parse(text).Failure(Metrics));

    [Fact]
    public void UnknownMetricsAreRefusedTogetherBeforeARun()
    {
        Assertion[] assertions = [Assertion.Parse("val.dice>0"), Assertion.Parse("val.dise>0"), Assertion.Parse("val.iou[ski]>0"), Assertion.Parse("speed>9")];
        var e = Assert.Throws<SegTrainException>(() => Assertion.CheckNames(assertions, Metrics.Keys));
        Assert.Equal(ExitCode.Usage, e.Code);
        Assert.Equal(
            """
            --assert 'val.dise>0': this run has no metric 'val.dise'; did you mean 'val.dice'?
            --assert 'val.iou[ski]>0': this run has no metric 'val.iou[ski]'; did you mean 'val.iou[sky]'?
            --assert 'speed>9': this run has no metric 'speed'; it has train.loss, val.dice, val.iou[road > path], val.iou[sky]
            """,
            e.Message,
            ignoreLineEndingDifferences: true);
    }
}
