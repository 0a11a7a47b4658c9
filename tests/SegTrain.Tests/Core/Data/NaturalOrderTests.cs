using SegTrain.Core.Data;

namespace SegTrain.Tests.Core.Data;

public sealed class NaturalOrderTests
{
    [Theory]
    [InlineData("1.png", "2.png", "10.png")]
    [InlineData("a2b", "a10b", "b1")]
    [InlineData("01", "1", "2")]
    [InlineData("x", "x1", "x1a")]
    [InlineData("A", "a", "a 9")]
    public void Numbers_compare_as_numbers(string first, string second, string third)
    {
        foreach (var names in new[] { new[] { third, first, second }, [second, third, first], [third, second, first] })
            Assert.Equal([first, second, third], names.Order(NaturalOrder.Instance));
    }
}
