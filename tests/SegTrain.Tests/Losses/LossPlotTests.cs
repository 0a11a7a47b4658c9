using System.Globalization;
using System.Xml.Linq;
using SegTrain.Losses;

namespace SegTrain.Tests.Losses;

/// <summary>Charts of losses: what is drawn, at which heights.</summary>
public sealed class LossPlotTests
{
    public static TheoryData<string> Names => [.. LossCatalog.All.Select(loss => loss.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_loss_can_be_drawn(string name)
    {
        var chart = XElement.Parse(LossPlot.Svg([name]));
        Assert.Equal(2, Curves(chart).Count);
        Assert.Contains(chart.Descendants(), text => text.Value == name);
    }

    [Fact]
    public void Curves_have_the_heights_of_the_loss_and_its_gradient()
    {
        // -ln p falls from 4.605 at p = 0.01 to 0.01 at 0.99; its pull 1 - p from 0.99 to 0.01. 0 lies on the lower edge, y = 360.
        var curves = Curves(XElement.Parse(LossPlot.Svg(["bce"])));
        double Height(double value) => 360 - value / -Math.Log(0.01) * (360 - 16);
        Assert.Equal([16, Height(-Math.Log(0.99))], [curves[0][0].Y, curves[0][^1].Y], static (a, b) => Math.Abs(a - b) <= 0.06);
        Assert.Equal([Height(0.99), Height(0.01)], [curves[1][0].Y, curves[1][^1].Y], static (a, b) => Math.Abs(a - b) <= 0.06);
        Assert.Equal((56, 624), (curves[0][0].X, curves[0][^1].X));
    }

    [Fact]
    public void Several_losses_share_a_chart_with_a_legend()
    {
        var chart = XElement.Parse(LossPlot.Svg(["tversky(alpha=0.1)", "dice"]));
        Assert.Equal(4, Curves(chart).Count);
        Assert.Contains(chart.Descendants(), text => text.Value == "tversky(fp_weight=0.1)");
        Assert.Contains(chart.Descendants(), text => text.Value == "dice");
    }

    [Fact]
    public void Against_a_parameter_there_is_a_curve_for_each_of_three_probabilities()
    {
        var chart = XElement.Parse(LossPlot.Svg(["tversky"], "alpha=0..1"));
        Assert.Equal(6, Curves(chart).Count);
        Assert.Contains(chart.Descendants(), text => text.Value == "tversky, p = 0.5");
        Assert.Equal(6, Curves(XElement.Parse(LossPlot.Svg(["dice + cldice"], "iterations=1..5"))).Count(curve => curve.Count == 5));
    }

    [Theory]
    [InlineData("dice", "alpha", "'alpha' is not a parameter with a range: write it as alpha=0..1")]
    [InlineData("dice", "smooth=1..0", "write it as alpha=0..1")]
    [InlineData("dice", "smooth=a..b", "write it as alpha=0..1")]
    [InlineData("dice", "alpha=0..1", "dice has no parameter 'alpha'")]
    [InlineData("tversky", "alpha=-1..1", "fp_weight=-1 is out of range")]
    [InlineData("dise", null, "did you mean 'dice'?")]
    public void What_cannot_be_drawn_is_said(string loss, string? over, string message) => Assert.Contains(
        message, Assert.Throws<LossException>(() => LossPlot.Svg([loss], over)).Message, StringComparison.Ordinal);

    /// <summary>The points of the paths that are curves, solid and dashed in turn.</summary>
    private static List<List<(double X, double Y)>> Curves(XElement chart) =>
    [
        .. from path in chart.Descendants()
           where path.Attribute("fill")?.Value == "none"
           select path.Attribute("d")!.Value[1..].Split(' ').Select(point => point.Split(',').Select(Number).ToArray())
               .Select(point => (point[0], point[1])).ToList(),
    ];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
