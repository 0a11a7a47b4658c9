using SegTrain.Core.Data;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Data;

public sealed class SampleViewTests
{
    // 1 2 3
    // 4 5 6
    private static readonly Sample Six = new(new(3, 2, 1, 8, [1, 2, 3, 4, 5, 6]), [1, 2, 3, 4, 5, 6]);

    [Fact]
    public void Every_view_moves_image_and_classes_alike()
    {
        var whole = SampleView.Whole(Six);
        Expect(whole, 3, [1, 2, 3, 4, 5, 6]);
        Expect(whole.MirrorLeftRight(), 3, [3, 2, 1, 6, 5, 4]);
        Expect(whole.MirrorTopBottom(), 3, [4, 5, 6, 1, 2, 3]);
        Expect(whole.TurnLeft(), 2, [3, 6, 2, 5, 1, 4]);
        Expect(whole.TurnLeft().TurnLeft(), 3, [6, 5, 4, 3, 2, 1]);
        Expect(whole.TurnLeft().TurnLeft().TurnLeft().TurnLeft(), 3, [1, 2, 3, 4, 5, 6]);
        Expect(whole.Crop(1, 0, 2, 2), 2, [2, 3, 5, 6]);
        Expect(whole.TurnLeft().Crop(0, 1, 2, 1), 2, [2, 5]);
        Expect(whole.TurnLeft().MirrorLeftRight().Crop(1, 1, 1, 2), 1, [2, 1]);
    }

    [Fact]
    public void Outside_lies_ignored_black()
    {
        const byte O = ClassList.Ignore;
        Expect(SampleView.Whole(Six).Crop(-1, -1, 5, 4), 5, [O, O, O, O, O, O, 1, 2, 3, O, O, 4, 5, 6, O, O, O, O, O, O]);
        Expect(SampleView.Whole(Six).TurnLeft().Crop(1, 2, 3, 2), 3, [4, O, O, O, O, O]);
        Expect(SampleView.Whole(Six).MirrorLeftRight().MirrorTopBottom().Crop(-1, 0, 3, 3), 3, [O, 6, 5, O, 3, 2, O, O, O]);
        Expect(SampleView.Whole(Six).Crop(7, 0, 2, 1), 2, [O, O]);
    }

    [Fact]
    public void Pixels_are_scaled_to_one_in_planes()
    {
        var planes = new float[6];
        SampleView.Whole(new(new(2, 1, 3, 8, [0, 51, 255, 102, 1, 2]), [0, 0])).Write(planes, new byte[2]);
        Assert.Equal([0, 0.4f, 0.2f, 1 / 255f, 1, 2 / 255f], planes);

        var words = PixelImage.Allocate(2, 1, 1, 16);
        (words.Words[0], words.Words[1]) = (13107, 65535);
        var plane = new float[2];
        SampleView.Whole(new(words, [0, 0])).Write(plane, new byte[2]);
        Assert.Equal([0.2f, 1], plane);
    }

    private static void Expect(SampleView view, int width, byte[] expected)
    {
        Assert.Equal((width, expected.Length / width), (view.Width, view.Height));
        var (planes, target) = (new float[expected.Length], new byte[expected.Length]);
        Array.Fill(planes, 9);
        view.Write(planes, target);
        Assert.Equal(expected, target);
        Assert.Equal(expected.Select(static value => value == ClassList.Ignore ? 0 : value / 255f), planes);
    }
}
