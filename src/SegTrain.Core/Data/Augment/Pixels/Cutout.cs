using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>
/// A rectangle in the mean colour of the picture (T. DeVries, G. W. Taylor: Improved regularization of convolutional neural networks with cutout,
/// arXiv:1708.04552). Its classes are ignored: what nobody can see there is no lesson, and those around it have to do without.
/// </summary>
internal sealed class Cutout : IRetouch
{
    public bool KeepsToUnitRange => false;

    /// <summary>Left, top, width and height in pixels: sides uniform from 0 up to the strength, as a share of that side of the picture, at any place.</summary>
    public Drawn Draw(int width, int height, double strength, ref CounterRandom random)
    {
        var wide = (int)(random.NextDouble() * strength * width);
        var high = (int)(random.NextDouble() * strength * height);
        return new(random.NextInt(width - wide + 1), random.NextInt(height - high + 1), wide, high);
    }

    public void Apply(Picture picture, Drawn drawn)
    {
        for (var color = 0; color < picture.Colors; color++)
        {
            var plane = picture.Color(color);
            Fill(plane, picture.Width, drawn, Levels.Mean(plane));
        }
    }

    public Tensor Apply(Tensor colors, IReadOnlyList<Drawn> drawn)
    {
        var device = colors.device;
        var sides = drawn.Floats(device, static numbers => [(float)numbers.A, (float)numbers.B, (float)(numbers.A + numbers.C), (float)(numbers.B + numbers.D)]);
        var x = Range(colors.shape[3], float32, device).view(1, 1, 1, -1);
        var y = Range(colors.shape[2], float32, device).view(1, 1, -1, 1);
        var hidden = (x - sides[0]).ge(Zero) * sides[2].gt(x) * (y - sides[1]).ge(Zero) * sides[3].gt(y);
        return where(hidden, Levels.Mean(colors, 2, 3), colors);
    }

    public void Hide(Span<byte> target, int width, Drawn drawn) => Fill(target, width, drawn, ClassList.Ignore);

    private static void Fill<T>(Span<T> plane, int width, Drawn drawn, T value)
    {
        for (var y = (int)drawn.B; y < drawn.B + drawn.D; y++)
            plane.Slice((y * width) + (int)drawn.A, (int)drawn.C).Fill(value);
    }
}
