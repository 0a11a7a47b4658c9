using System.Runtime.CompilerServices;

namespace SegTrain.Kernels;

/// <summary>
/// The transforms of F(4, 3): four neighbouring sums of three products from six products (Winograd 1980; Lavin &amp; Gray 2016, arXiv:1509.09308), along one side
/// of a tile at a time: Y = A^T [(G g G^T) * (B^T d B)] A.
/// <code>
/// s = a^2 + b^2, p = a^2 b^2, u = 2 a^2 (a^2 - b^2), v = 2 b^2 (b^2 - a^2)
/// B^T = p  0    -s   0   1 0      G = 1/p 0   0        A^T = 1 1   1    1   1    0
///       0 -ab^2 -b^2  a  1 0          1/u a/u a^2/u          0 a   -a   b   -b   0
///       0  ab^2 -b^2 -a  1 0          1/u -a/u a^2/u         0 a^2 a^2  b^2 b^2  0
///       0 -ba^2 -a^2  b  1 0          1/v b/v b^2/v          0 a^3 -a^3 b^3 -b^3 1
///       0  ba^2 -a^2 -b  1 0          1/v -b/v b^2/v
///       0  p     0   -s  0 1          0   0   1
/// </code>
/// The points a = 5/8 and b = 3/2 round a half of what 1 and 2, the usual ones, do: two to three times a direct sum's error (Barabasz et al. 2020, arXiv:1803.10986,
/// on the choice of points). All constants of B and A are exact in float32.
/// </summary>
internal static class WinogradTransform<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const float A = 0.625f;
    private const float B = 1.5f;
    private const float S = A * A + B * B;
    private const float P = A * A * B * B;
    private const float U = 2 * A * A * (A * A - B * B);
    private const float V = 2 * B * B * (B * B - A * A);

    /// <summary>B^T d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(ref TLanes d0, ref TLanes d1, ref TLanes d2, ref TLanes d3, ref TLanes d4, ref TLanes d5)
    {
        var (nearEven, nearOdd) = (Plus(d4, d2, -B * B), Plus(d3, d1, -B * B));
        var (farEven, farOdd) = (Plus(d4, d2, -A * A), Plus(d3, d1, -A * A));
        d0 = Plus(Plus(d4, d2, -S), d0, P);
        d5 = Plus(Plus(d5, d3, -S), d1, P);
        (d1, d2) = (Plus(nearEven, nearOdd, A), Plus(nearEven, nearOdd, -A));
        (d3, d4) = (Plus(farEven, farOdd, B), Plus(farEven, farOdd, -B));
    }

    /// <summary>A^T m: the first four become the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(ref TLanes m0, ref TLanes m1, ref TLanes m2, ref TLanes m3, TLanes m4, TLanes m5)
    {
        var (nearEven, nearOdd) = (m1 + m2, m1 - m2);
        var (farEven, farOdd) = (m3 + m4, m3 - m4);
        m0 = m0 + nearEven + farEven;
        m1 = Plus(Times(nearOdd, A), farOdd, B);
        m2 = Plus(Times(nearEven, A * A), farEven, B * B);
        m3 = Plus(Plus(m5, nearOdd, A * A * A), farOdd, B * B * B);
    }

    /// <summary>G g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TLanes, TLanes, TLanes, TLanes, TLanes, TLanes) Weights(TLanes g0, TLanes g1, TLanes g2)
    {
        var (nearEven, nearOdd) = (Plus(Times(g0, 1 / U), g2, A * A / U), Times(g1, A / U));
        var (farEven, farOdd) = (Plus(Times(g0, 1 / V), g2, B * B / V), Times(g1, B / V));
        return (Times(g0, 1 / P), nearEven + nearOdd, nearEven - nearOdd, farEven + farOdd, farEven - farOdd, g2);
    }

    /// <summary>A y, which takes the gradient by Y to that by the products: four numbers to six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TLanes, TLanes, TLanes, TLanes, TLanes, TLanes) Slopes(TLanes y0, TLanes y1, TLanes y2, TLanes y3)
    {
        var (nearEven, nearOdd) = (Plus(y0, y2, A * A), Plus(Times(y1, A), y3, A * A * A));
        var (farEven, farOdd) = (Plus(y0, y2, B * B), Plus(Times(y1, B), y3, B * B * B));
        return (y0, nearEven + nearOdd, nearEven - nearOdd, farEven + farOdd, farEven - farOdd, y3);
    }

    /// <summary>G^T u, which takes the gradient by G g to that by g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TLanes, TLanes, TLanes) WeightSlopes(TLanes u0, TLanes u1, TLanes u2, TLanes u3, TLanes u4, TLanes u5)
    {
        var (nearEven, farEven) = (u1 + u2, u3 + u4);
        return (
            Plus(Plus(Times(u0, 1 / P), nearEven, 1 / U), farEven, 1 / V),
            Plus(Times(u1 - u2, A / U), u3 - u4, B / V),
            Plus(Plus(u5, nearEven, A * A / U), farEven, B * B / V));
    }

    private static TLanes Plus(TLanes sum, TLanes x, float factor) => TLanes.MultiplyAdd(x, TLanes.Broadcast(factor), sum);

    private static TLanes Times(TLanes x, float factor) => TLanes.MultiplyAdd(x, TLanes.Broadcast(factor), default);
}
