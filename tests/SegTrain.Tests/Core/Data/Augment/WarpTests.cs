using SegTrain.Core.Data;
using SegTrain.Core.Data.Augment.Warps;
using SegTrain.Core.Images;
using SegTrain.Core.Randomness;

namespace SegTrain.Tests.Core.Data.Augment;

/// <summary>On an image whose red and green are its coordinates, so that every output pixel says where it was taken from.</summary>
public sealed class WarpTests
{
    private const int Side = 64;

    private static readonly Sample Coordinates = Make(Side, Side);

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void A_warp_that_moves_nothing_is_the_exact_view(int bits)
    {
        var sample = new Sample(Noise(37, 23, 3, bits), [.. Enumerable.Range(0, 37 * 23).Select(static i => (byte)i)]);
        var whole = SampleView.Whole(sample);
        foreach (var view in new[] { whole, whole.TurnLeft().MirrorTopBottom(), whole.Crop(-3, 5, 20, 11), whole.TurnLeft().Crop(30, -2, 9, 50) })
        {
            var (planes, target) = (new float[3 * view.Width * view.Height], new byte[view.Width * view.Height]);
            view.Write(planes, target);
            var (warped, classes) = Write(view, Warp.None);
            Assert.Equal(target, classes);
            Assert.Equal(planes, warped);
        }
    }

    [Fact]
    public void A_quarter_turn_by_warp_is_a_quarter_turn()
    {
        var view = SampleView.Whole(Coordinates);
        var (expected, classes) = (new float[3 * Side * Side], new byte[Side * Side]);
        view.TurnLeft().Write(expected, classes);

        // Counter-clockwise on the screen: what lies at the top comes from the right, (0, -1) from (1, 0).
        var (turned, turnedClasses) = Write(view, Warp.None.After(0, -1, 1, 0));
        Assert.Equal(classes, turnedClasses);
        Assert.Equal(expected, turned);
    }

    [Fact]
    public void Places_follow_the_matrix_about_the_middle_of_the_window()
    {
        // Half a pixel off the centre of the window, which is sample pixel (34.5, 29.5).
        var view = SampleView.Whole(Coordinates).Crop(25, 20, 20, 20);
        var warp = Warp.None.After(0.8, 0.3, -0.2, 0.9);
        var (planes, _) = Write(view, warp);
        foreach (var (x, y) in new[] { (0, 0), (19, 0), (7, 11), (19, 19) })
        {
            var (dx, dy) = (x - 9.5, y - 9.5);
            Assert.Equal(34.5 + (0.8 * dx) + (0.3 * dy), planes[(y * 20) + x] * 255, 1e-3);
            Assert.Equal(29.5 - (0.2 * dx) + (0.9 * dy), planes[400 + (y * 20) + x] * 255, 1e-3);
        }
    }

    [Fact]
    public void Rotation_by_an_angle_and_back_is_none()
    {
        var there = Warp.None.After(0.6, -0.8, 0.8, 0.6);
        var back = there.After(0.6, 0.8, -0.8, 0.6);
        Assert.Equal([1, 0, 0, 1], new[] { back.XX, back.XY, back.YX, back.YY }.Select(static value => Math.Round(value, 12)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    public void Classes_come_from_the_pixel_nearest_to_the_place_of_the_colour(double bend)
    {
        var ignored = 0;
        for (var i = 0; i < 20; i++)
        {
            var random = Draws(i);
            var warp = new Rotate().Draw(Warp.None, 180, ref random);
            warp = new Shear().Draw(warp, 20, ref random);
            warp = new Scale().Draw(warp, 0.15, ref random) with { Bend = bend };
            var (planes, target) = Write(SampleView.Whole(Coordinates).MirrorLeftRight(), warp, i);
            for (var at = 0; at < target.Length; at++)
            {
                var (x, y, marked) = (planes[at] * 255, planes[target.Length + at] * 255, planes[(2 * target.Length) + at]);
                if (target[at] == ClassList.Ignore)
                {
                    ignored++;
                    Assert.Equal((0, 0, 0), (x, y, marked));
                    continue;
                }

                Assert.Equal(1, marked, 1e-5);
                if (Math.Abs(x % 1 - 0.5) > 1e-2 && Math.Abs(y % 1 - 0.5) > 1e-2)
                    Assert.Equal(ClassAt((int)(x + 0.5), (int)(y + 0.5)), target[at]);
            }
        }

        Assert.InRange(ignored, 20 * 64, 20 * 64 * 32);
    }

    [Fact]
    public void Shrinking_averages_what_a_pixel_covers()
    {
        // A chessboard of single pixels, read at every second one, is grey; bilinear alone would be black or white.
        var board = PixelImage.Allocate(32, 32, 1, 8);
        for (var i = 0; i < 32 * 32; i++)
            board.Samples[i] = (byte)(((i % 32) + (i / 32)) % 2 * 255);
        var view = SampleView.Whole(new(board, new byte[32 * 32])).Crop(8, 8, 16, 16);
        Assert.All(Write(view, Warp.None.After(2, 0, 0, 2)).Planes, static value => Assert.Equal(0.5f, value, 1e-6));
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(Elastic.Most)]
    public void Bending_is_smooth_never_folds_and_stays_within_its_strength(double bend)
    {
        for (var i = 0; i < 10; i++)
        {
            var (planes, target) = Write(SampleView.Whole(Coordinates), Warp.None with { Bend = bend }, i);
            var moved = 0.0;
            for (var at = 0; at < target.Length - 1; at++)
            {
                if (target[at] == ClassList.Ignore || target[at + 1] == ClassList.Ignore || at % Side is 0 or >= Side - 2)
                    continue;
                var (here, right) = (planes[at] * 255, planes[at + 1] * 255);
                moved = Math.Max(moved, Math.Abs(here - (at % Side)));
                if (here is > 0 and < Side - 2)
                    Assert.InRange(right - here, 1e-3, 2.5);
            }

            Assert.InRange(moved, bend * Side * 0.2, bend * Side);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 200)]
    [InlineData(300, 2)]
    public void Windows_of_any_shape_are_written(int width, int height)
    {
        var (planes, target) = Write(SampleView.Whole(Coordinates).Crop(-20, 10, width, height), Warp.None.After(1.3, 0.5, -0.5, 1.3) with { Bend = 0.05 });
        Assert.All(planes, static value => Assert.InRange(value, 0, 1));
        Assert.Equal(width * height, target.Length);
    }

    [Fact]
    public void Draws_stay_within_their_strength_and_use_all_of_it()
    {
        var angles = All(new Rotate(), 30).Select(static warp => Math.Atan2(warp.YX, warp.XX) * 180 / Math.PI).ToList();
        Assert.InRange(angles.Min(), -30, -29);
        Assert.InRange(angles.Max(), 29, 30);
        var factors = All(new Scale(), 0.25).Select(static warp => warp.XX).ToList();
        Assert.InRange(factors.Min(), 0.8, 0.805);
        Assert.InRange(factors.Max(), 1.245, 1.25);
        var shears = All(new Shear(), 45).Select(static warp => warp.XY).ToList();
        Assert.InRange(shears.Min(), -1, -0.97);
        Assert.InRange(shears.Max(), 0.97, 1);
        Assert.All(All(new Rotate(), 0), static warp => Assert.Equal(Warp.None, warp));

        static List<Warp> All(IWarp row, double strength) => [.. Enumerable.Range(0, 500).Select(i =>
        {
            var random = Draws(i);
            return row.Draw(Warp.None, strength, ref random);
        })];
    }

    private static byte ClassAt(int x, int y) => (byte)((x / 5) + (y / 5 * 13));

    private static Sample Make(int width, int height)
    {
        var image = PixelImage.Allocate(width, height, 3, 8);
        var target = new byte[width * height];
        for (var at = 0; at < target.Length; at++)
        {
            var (x, y) = (at % width, at / width);
            (image.Samples[at * 3], image.Samples[(at * 3) + 1], image.Samples[(at * 3) + 2]) = ((byte)x, (byte)y, 255);
            target[at] = ClassAt(x, y);
        }

        return new(image, target);
    }

    private static PixelImage Noise(int width, int height, int channels, int bits)
    {
        var image = PixelImage.Allocate(width, height, channels, bits);
        var random = Draws(0);
        for (var i = 0; i < image.Samples.Length; i++)
            image.Samples[i] = (byte)random.NextInt(256);
        return image;
    }

    private static CounterRandom Draws(int sample) => new(5, RandomStream.Augment, 0, sample);

    private static (float[] Planes, byte[] Target) Write(SampleView view, Warp warp, int sample = 0)
    {
        var random = Draws(sample);
        var (planes, target) = (new float[view.Sample.Image.Channels * view.Width * view.Height], new byte[view.Width * view.Height]);
        Array.Fill(planes, 9);
        var field = warp.Bend > 0 ? ElasticField.Draw(view.Width, view.Height, warp.Bend, ref random) : null;
        WarpedView.Write(view, warp, field, planes, target);
        return (planes, target);
    }
}
