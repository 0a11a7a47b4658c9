using SegTrain.Core.Repeats;

namespace SegTrain.Tests.Core.Repeats;

public sealed class StudentTTests
{
    /// <remarks>NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, critical values of Student's t, upper tail 0.025, 0.005 and 0.05.</remarks>
    [Theory]
    [InlineData(0.95, 1, 12.706)]
    [InlineData(0.95, 2, 4.303)]
    [InlineData(0.95, 3, 3.182)]
    [InlineData(0.95, 4, 2.776)]
    [InlineData(0.95, 5, 2.571)]
    [InlineData(0.95, 6, 2.447)]
    [InlineData(0.95, 9, 2.262)]
    [InlineData(0.95, 10, 2.228)]
    [InlineData(0.95, 29, 2.045)]
    [InlineData(0.95, 100, 1.984)]
    [InlineData(0.99, 1, 63.657)]
    [InlineData(0.99, 7, 3.499)]
    [InlineData(0.90, 12, 1.782)]
    public void Quantiles_are_the_published_ones(double confidence, int freedom, double expected) =>
        Assert.Equal(expected, StudentT.TwoSided(confidence, freedom), 0.0005);

    /// <remarks>With one degree of freedom it is Cauchy's distribution, with two t = c sqrt(2 / (1 - c^2)).</remarks>
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.999)]
    public void Few_degrees_of_freedom_have_closed_forms(double confidence)
    {
        Assert.Equal(Math.Tan(Math.PI / 2 * confidence), StudentT.TwoSided(confidence, 1), 1e-9);
        Assert.Equal(confidence * Math.Sqrt(2 / (1 - confidence * confidence)), StudentT.TwoSided(confidence, 2), 1e-9);
    }
}
