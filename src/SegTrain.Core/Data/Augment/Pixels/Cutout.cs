using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>
/// A rectangle in the mean colour of the picture (T. DeVries, G. W. Taylor: Improved regularization of convolutional neural networks with cutout,
/// arXiv:1708.04552). Its classes are ignored: what nobody can see there is no lesson, and those around it have to do without.
/// </summary>
internal sealed class Cutout : IRetouch
{
    /// <param name="picture">The picture.</param>
    /// <param name="strength">The longest side, as a share of that side of the picture.</param>
    /// <param name="random">Draws sides, uniformly from 0, and place.</param>
    public void Apply(Picture picture, double strength, ref CounterRandom random)
    {
        var width = (int)(random.NextDouble() * strength * picture.Width);
        var height = (int)(random.NextDouble() * strength * picture.Height);
        var (left, top) = (random.NextInt(picture.Width - width + 1), random.NextInt(picture.Height - height + 1));
        for (var y = top; y < top + height; y++)
            picture.Target.Slice((y * picture.Width) + left, width).Fill(ClassList.Ignore);
        for (var color = 0; color < picture.Colors; color++)
        {
            var plane = picture.Color(color);
            var mean = Levels.Mean(plane);
            for (var y = top; y < top + height; y++)
                plane.Slice((y * picture.Width) + left, width).Fill(mean);
        }
    }
}
