using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Images;

public sealed class ChannelLayoutTests
{
    // ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.
    [Theory]
    [InlineData(255, 0, 0, 76)]
    [InlineData(0, 255, 0, 150)]
    [InlineData(0, 0, 255, 29)]
    [InlineData(10, 200, 60, 127)]
    [InlineData(137, 137, 137, 137)]
    [InlineData(255, 255, 255, 255)]
    public void Colour_becomes_luma(byte r, byte g, byte b, byte luma) =>
        Assert.Equal([luma], ChannelLayout.Convert(new(1, 1, 3, 8, [r, g, b]), 1).Samples);

    [Fact]
    public void Grey_is_copied_and_alpha_dropped_or_added()
    {
        Assert.Equal([7, 7, 7, 9, 9, 9], ChannelLayout.Convert(new(2, 1, 1, 8, [7, 9]), 3).Samples);
        Assert.Equal([1, 2, 3], ChannelLayout.Convert(new(1, 1, 4, 8, [1, 2, 3, 99]), 3).Samples);
        Assert.Equal([1, 2, 3, 255], ChannelLayout.Convert(new(1, 1, 3, 8, [1, 2, 3]), 4).Samples);
        var words = PixelImage.Allocate(1, 1, 1, 16);
        words.Words[0] = 4321;
        Assert.Equal([4321, 4321, 4321, 65535], ChannelLayout.Convert(words, 4).Words.ToArray());
    }
}
