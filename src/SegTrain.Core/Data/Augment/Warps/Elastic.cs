using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Warps;

internal sealed class Elastic : IWarp
{
    /// <summary>
    /// Above 0.4886 of the handles' spacing a field may fold over itself (Y. Choi, S. Lee: Injectivity conditions of 2D and 3D uniform cubic
    /// B-spline functions. Graphical Models 62, 2000, doi:10.1006/gmod.2000.0531); this is 0.45 of it.
    /// </summary>
    public const double Most = 0.45 / ElasticField.Cells;

    public Warp Draw(Warp warp, double strength, ref CounterRandom random) => warp with { Bend = strength };
}
