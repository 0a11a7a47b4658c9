using SegTrain.Core.Predict;

namespace SegTrain.Tests.Core.Predict;

public sealed class RegionsTests
{
    [Theory]
    // A speck of one pixel goes, of two stays.
    [InlineData("00000|01000|00022|00000", 2, 0, "00000|00000|00022|00000")]
    // A hole goes; background at the edge is none.
    [InlineData("1111|1011|1111|0011", 0, 2, "1111|1111|1111|0011")]
    // Pixels that touch at a corner are regions of their own.
    [InlineData("1000|0100|0000", 2, 0, "0000|0000|0000")]
    // The class that most of the border touches: three sides of 2, one of 1.
    [InlineData("222|232|212", 2, 0, "222|222|222")]
    // What is the whole image stays.
    [InlineData("11|11", 9, 9, "11|11")]
    // Of a hole in two classes the longer border decides: 1 on five sides, 2 on one.
    [InlineData("1111|1002|1111", 0, 3, "1111|1112|1111")]
    public void Small_regions_go_to_what_is_around_them(string before, int removeSmall, int fillHoles, string after)
    {
        var rows = before.Split('|');
        var classes = string.Concat(rows).Select(static digit => (byte)(digit - '0')).ToArray();
        Regions.Clean(classes, rows[0].Length, removeSmall, fillHoles);
        Assert.Equal(after.Replace("|", ""), string.Concat(classes));
    }
}
