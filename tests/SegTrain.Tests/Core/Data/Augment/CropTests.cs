using SegTrain.Core.Data;
using SegTrain.Core.Data.Augment;
using SegTrain.Core.Randomness;

namespace SegTrain.Tests.Core.Data.Augment;

public sealed class CropTests
{
    private const byte O = ClassList.Ignore;

    [Fact]
    public void Pixels_of_a_class_are_found_equally_often_and_classes_too()
    {
        // Class 1 has six pixels, class 3 two, and row 1 none at all.
        var classes = ClassPixels.Of(
            [
                1, 0, O, 1,
                O, O, 0, 0,
                1, 1, 3, 1,
                0, 0, 0, 3,
                0, 1, 0, 0,
            ],
            4);
        var found = new Dictionary<(int, int), int>();
        for (var i = 0; i < 6000; i++)
        {
            var random = Draws(i);
            var pixel = classes.Draw(ref random)!.Value;
            found[pixel] = found.GetValueOrDefault(pixel) + 1;
        }

        Assert.Equal([(0, 0), (3, 0), (0, 2), (1, 2), (3, 2), (1, 4), (2, 2), (3, 3)], found.Keys.Order(Comparer<(int X, int Y)>.Create((a, b) => Key(a).CompareTo(Key(b)))));

        // Four standard deviations of 6000 draws with probability 1/12 and 1/4.
        Assert.All(found, static pair => Assert.InRange(pair.Value, pair.Key is (2, 2) or (3, 3) ? 1366 : 414, pair.Key is (2, 2) or (3, 3) ? 1634 : 586));

        static int Key((int X, int Y) pixel) => (pixel is (2, 2) or (3, 3) ? 100 : 0) + (pixel.Y * 4) + pixel.X;
    }

    [Fact]
    public void Background_and_ignored_pixels_alone_have_none()
    {
        var random = Draws(0);
        Assert.Null(ClassPixels.Of([0, O, 0, O], 2).Draw(ref random));
    }

    [Fact]
    public void A_view_finds_the_pixels_of_its_sample()
    {
        var view = SampleView.Whole(new(new(3, 2, 1, 8, new byte[6]), [1, 2, 3, 4, 5, 6]));
        foreach (var seen in new[] { view, view.TurnLeft(), view.MirrorLeftRight().TurnLeft(), view.TurnLeft().TurnLeft().MirrorTopBottom().Crop(-1, -2, 5, 6) })
        {
            var target = new byte[seen.Width * seen.Height];
            seen.Write(new float[target.Length], target);
            for (var i = 0; i < 6; i++)
            {
                var (x, y) = seen.Find(i % 3, i / 3);
                Assert.Equal(i + 1, target[(y * seen.Width) + x]);
            }
        }
    }

    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.0, 0.0)]
    public void The_crop_holds_a_rare_pixel_as_often_as_asked_however_turned(double foreground, double share)
    {
        // One pixel of 100 x 80: a crop of 8 x 8 holds it once in a hundred by chance.
        var sample = new Sample(new(100, 80, 1, 8, new byte[8000]), new byte[8000]);
        sample.Target[(33 * 100) + 99] = 7;
        var augmenter = new Augmenter(new() { Crop = [8, 8], Foreground = foreground, QuarterTurns = true });
        var (held, places, target) = (0, new HashSet<int>(), new byte[64]);
        for (var i = 0; i < 1000; i++)
        {
            augmenter.Prepare(sample, Draws(i)).Write(new float[64], target);
            Assert.DoesNotContain(O, target);
            var place = Array.IndexOf(target, (byte)7);
            held += place >= 0 ? 1 : 0;
            places.Add(place);
        }

        Assert.InRange(held / 1000.0, share - 0.05, share + 0.05);

        // It lies at the right edge, and so at an edge of every window that stays on the image; which one and where along it is random.
        if (foreground == 1)
            Assert.InRange(places.Count, 24, 28);
    }

    private static CounterRandom Draws(int sample) => new(3, RandomStream.Augment, 0, sample);
}
