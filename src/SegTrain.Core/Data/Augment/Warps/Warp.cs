using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Warps;

/// <summary>
/// From an output pixel to the place it is taken from, both counted from the middle of the window: p becomes M (p + d(p)), where M is the matrix
/// (XX XY; YX YY) and d the smooth random field of <see cref="ElasticField"/>, of which <paramref name="Bend"/> is the strength.
/// </summary>
internal readonly record struct Warp(double XX, double XY, double YX, double YY, double Bend)
{
    public static readonly Warp None = new(1, 0, 0, 1, 0);

    /// <summary>The same after another matrix.</summary>
    public Warp After(double xx, double xy, double yx, double yy) =>
        new((XX * xx) + (XY * yx), (XX * xy) + (XY * yy), (YX * xx) + (YY * yx), (YX * xy) + (YY * yy), Bend);
}

/// <summary>Adds to the one warp of a sample, so that however many there are it is interpolated once.</summary>
internal interface IWarp : IAugmentation
{
    Warp Draw(Warp warp, double strength, ref CounterRandom random);
}
