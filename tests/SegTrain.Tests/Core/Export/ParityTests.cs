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
        var parity = Parity.None(1e-4).With(SavedModel.Card(3), new(s_three, [0, 1], [1, 1, 2]), new(s_three, found, [1, 1, 2]), plane: 2);
        Assert.Equal(new Parity(0, wrong, 2, 1e-4), parity);
        Assert.Equal(wrong == 0, parity.IsClose);
    }

    [Theory]
    [InlineData(false, new byte[] { 1, 0, 0 }, 0)]
    [InlineData(true, new byte[] { 1, 0, 1 }, 0)]
    [InlineData(true, new byte[] { 1, 1, 0 }, 1)]
    [InlineData(false, new byte[] { 0, 0, 0 }, 1)]
    public void At_the_threshold_too(bool overlap, byte[] found, int wrong) =>
        Assert.Equal(wrong, Parity.None(1e-4).With(SavedModel.Card(2, overlap: overlap), new(s_one, [1, 0, 1], [3]), new(s_one, found, [3]), plane: 3).Wrong);

    [Fact]
    public void The_largest_difference_counts_and_one_in_ten_thousand_pixels_may_be_wrong()
    {
        var (net, near) = (new float[20_000], new float[20_000]);
        near[5] = 5e-5f;
        var classes = new byte[20_000];
        byte[] two = [1, 1, .. classes[2..]], three = [1, 1, 1, .. classes[3..]];
        var card = SavedModel.Card(2);
        Assert.Equal(new Parity(5e-5f, 2, 20_000, 1e-4), Parity.None(1e-4).With(card, Of(net, classes), Of(near, two), 20_000));
        Assert.True(Parity.None(1e-4).With(card, Of(net, classes), Of(near, two), 20_000).IsClose);
        Assert.False(Parity.None(1e-4).With(card, Of(net, classes), Of(near, three), 20_000).IsClose);
        near[6] = -2e-4f;
        Assert.False(Parity.None(1e-4).With(card, Of(net, classes), Of(near, classes), 20_000).With(card, Of(net, classes), Of(net, classes), 20_000).IsClose);

        static Prediction Of(float[] probabilities, byte[] classes) => new(probabilities, classes, [1, 100, 200]);
    }

    [Theory]
    [InlineData(float.NaN, new long[] { 1, 1, 1 })]
    [InlineData(0, new long[] { 2, 1, 1 })]
    [InlineData(0, new long[] { 1, 1, 1, 1 })]
    public void What_is_no_number_or_has_other_sides_is_not_close(float value, long[] sides)
    {
        var net = new Prediction([0], [0], [1, 1, 1]);
        var parity = Parity.None(1e-4).With(SavedModel.Card(2), net, new([value], new byte[sides[0]], sides), plane: 1);
        Assert.False(parity.IsClose);
        Assert.False(parity.With(SavedModel.Card(2), net, net, plane: 1).IsClose);
    }
}
