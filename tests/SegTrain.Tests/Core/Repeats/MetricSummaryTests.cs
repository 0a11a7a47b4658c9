using SegTrain.Core.Repeats;

namespace SegTrain.Tests.Core.Repeats;

public sealed class MetricSummaryTests
{
    [Fact]
    public void Mean_spread_and_interval_are_those_of_the_sample()
    {
        // Mean 0.5, squared differences 0.04 + 0.01 + 0.01 + 0.04 over 4; the t of four degrees of freedom is 2.7764.
        var row = MetricSummary.Of("val.dice", [0.3, 0.4, 0.5, 0.6, 0.7]);
        Assert.Equal((5, 0.3, 0.7), (row.Runs, row.Min, row.Max));
        Assert.Equal(0.5, row.Mean, 1e-12);
        Assert.Equal(Math.Sqrt(0.025), row.Deviation, 1e-12);
        Assert.Equal(0.5 - 2.7764 * Math.Sqrt(0.025 / 5), row.Low, 1e-5);
        Assert.Equal(0.5 + 2.7764 * Math.Sqrt(0.025 / 5), row.High, 1e-5);
    }

    [Fact]
    public void A_run_without_the_class_is_left_out()
    {
        var rows = MetricSummary.Of([Run(("val.iou[road]", double.NaN)), Run(("val.iou[road]", 0.25)), Run(("val.iou[tree]", 1))]);
        Assert.Equal([("val.iou[road]", 1, 0.25), ("val.iou[tree]", 1, 1.0)], rows.Select(static row => (row.Metric, row.Runs, row.Mean)));
        Assert.All(rows, static row => Assert.True(double.IsNaN(row.Deviation) && double.IsNaN(row.Low) && double.IsNaN(row.High)));
    }

    [Fact]
    public void The_file_has_a_row_a_metric_and_leaves_empty_what_there_is_not()
    {
        var rows = MetricSummary.Of([Run(("val.dice[a,b]", 0.5), ("val.iou", double.NaN))]);
        Assert.Equal("metric,runs,mean,sd,min,max,low,high\n\"val.dice[a,b]\",1,0.5,,0.5,0.5,,\nval.iou,0,,,,,,\n", MetricSummary.Csv(rows));
    }

    private static Dictionary<string, double> Run(params (string Name, double Value)[] metrics) => metrics.ToDictionary(static metric => metric.Name, static metric => metric.Value);
}
