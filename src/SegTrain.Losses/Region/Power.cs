using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Powers of a loss, which may be 0.</summary>
internal static class Power
{
    /// <summary>x^e for x from 0; for e below 1 it is a line below a smallest x, so that its slope is finite at 0.</summary>
    /// <param name="x">The base; it may be below 0 by rounding, which a whole power leaves as small as it is.</param>
    /// <param name="exponent">e, above 0.</param>
    /// <param name="least">Where the line ends.</param>
    /// <returns>The power.</returns>
    internal static Tensor Of(Tensor x, double exponent, double least = 1e-7) => exponent switch
    {
        1 => x,
        > 1 => (exponent == Math.Floor(exponent) ? x : x.clamp_min(Zero)).pow(Num(exponent)),
        _ => x * x.clamp_min(Num(least)).pow(Num(exponent - 1)),
    };
}
