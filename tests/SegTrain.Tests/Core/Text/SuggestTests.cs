using SegTrain.Core.Text;

namespace SegTrain.Tests.Core.Text;

public sealed class SuggestTests
{
    private static readonly string[] Losses = ["dice", "bce-dice", "iou", "focal", "tversky", "lovasz", "combo", "bce", "ce"];

    // Hand-counted; the optimal-string-alignment form counts "ca" to "abc" as 3.
    [Theory]
    [InlineData("epohcs", "epochs", 1)]
    [InlineData("epoch", "epochs", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    [InlineData("DICE", "dice", 0)]
    [InlineData("", "abc", 3)]
    public void EditsAreCounted(string a, string b, int edits)
    {
        Assert.Equal(edits, Suggest.Distance(a, b));
        Assert.Equal(edits, Suggest.Distance(b, a));
    }

    [Theory]
    [InlineData("tverksy", "tversky")]
    [InlineData("Dice", "dice")]
    [InlineData("bcedice", "bce-dice")]
    [InlineData("lovas", "lovasz")]
    [InlineData("unet", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void TheNearestNameIsOfferedOnlyWhenNear(string word, string? expected) => Assert.Equal(expected, Suggest.Nearest(word, Losses));
}
