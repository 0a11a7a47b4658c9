using SegTrain.Core.Export;

namespace SegTrain.Tests.Core.Export;

public sealed class ParityTests
{
    /// <summary>Two pixels, three classes: the first is clear, the second undecided between classes 1 and 2.</summary>
    private static readonly float[] s_three = [0.8f, 0.1f, 0.1f, 0.45f, 0.1f, 0.45f];

    /// <summary>One plane, threshold 0.5: two pixels clear, one undecided.</summary>
    private static readonly float[] s_one = [0.9f, 0.2f, 0.5f];

    [Theory]
    [InlineData(new byte[] { 0, 1 }, 0)]
    [InlineData(new byte[] { 0, 2 }, 0)]
    [InlineData(new byte[] { 0, 0 }, 1)]
    [InlineData(new byte[] { 1, 1 }, 1)]
    [InlineData(new byte[] { 7, 9 }, 2)]
    public void Where_the_net_is_undecided_either_class_is_right(byte[] found, int wrong)
    {
        var parity = Parity.None(1e-4).With(SavedModel.Card(3), new(s_three, [0, 1]), new(s_three, found), plane: 2);
        Assert.Equal(new Parity(0, wrong, 2, 1e-4), parity);
        Assert.Equal(wrong == 0, parity.IsClose);
    }

    [Theory]
    [InlineData(false, new byte[] { 1, 0, 0 }, 0)]
    [InlineData(true, new byte[] { 1, 0, 1 }, 0)]
    [InlineData(true, new byte[] { 1, 1, 0 }, 1)]
    [InlineData(false, new byte[] { 0, 0, 0 }, 1)]
    public void At_the_threshold_too(bool overlap, byte[] found, int wrong) =>
        Assert.Equal(wrong, Parity.None(1e-4).With(SavedModel.Card(2, overlap: overlap), new(s_one, [1, 0, 1]), new(s_one, found), plane: 3).Wrong);

    [Fact]
    public void The_largest_difference_counts_and_one_in_ten_thousand_pixels_may_be_wrong()
    {
        var (net, near) = (new float[20_000], new float[20_000]);
        near[5] = 5e-5f;
        var classes = new byte[20_000];
        byte[] two = [1, 1, .. classes[2..]], three = [1, 1, 1, .. classes[3..]];
        var card = SavedModel.Card(2);
        Assert.Equal(new Parity(5e-5f, 2, 20_000, 1e-4), Parity.None(1e-4).With(card, new(net, classes), new(near, two), 20_000));
        Assert.True(Parity.None(1e-4).With(card, new(net, classes), new(near, two), 20_000).IsClose);
        Assert.False(Parity.None(1e-4).With(card, new(net, classes), new(near, three), 20_000).IsClose);
        near[6] = -2e-4f;
        Assert.False(Parity.None(1e-4).With(card, new(net, classes), new(near, classes), 20_000).With(card, new(net, classes), new(net, classes), 20_000).IsClose);
    }

    [Theory]
    [InlineData(float.NaN, 1)]
    [InlineData(0, 2)]
    public void What_is_no_number_or_of_another_size_is_not_close(float value, int count)
    {
        var parity = Parity.None(1e-4).With(SavedModel.Card(2), new([0], [0]), new([.. Enumerable.Repeat(value, count)], new byte[count]), plane: 1);
        Assert.False(parity.IsClose);
        Assert.False(parity.With(SavedModel.Card(2), new([0], [0]), new([0], [0]), plane: 1).IsClose);
    }
}
