using System.Text.RegularExpressions;
using SegTrain.Core.Text;

namespace SegTrain.Tests.Core.Text;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("123", 123)]
    [InlineData("7B", 7)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("1.5 GB", 1_500_000_000)]
    [InlineData("2GiB", 2_147_483_648)]
    [InlineData("4KiB", 4096)]
    [InlineData("3kB", 3000)]
    public void Amounts_read(string text, long bytes)
    {
        Assert.Matches($"^({ByteSize.Pattern})$", text);
        Assert.Equal(bytes, ByteSize.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1GB")]
    [InlineData("GB")]
    [InlineData("1 giga")]
    [InlineData("1e9")]
    [InlineData("1GB ")]
    public void Others_do_not_match(string text) => Assert.DoesNotMatch(new Regex($"^({ByteSize.Pattern})$"), text);

    [Fact]
    public void Amounts_are_shown_in_the_unit_that_fits() =>
        Assert.Equal(["1 kB", "2.5 MB", "1.53 GB"], new[] { 12L, 2_500_000, 1_530_000_000 }.Select(ByteSize.Text));
}
