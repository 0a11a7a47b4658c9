using System.Runtime.Intrinsics;

namespace SegTrain.Kernels;

/// <summary>
/// 3x3 convolutions of stride 1 with a row of zeros around the image, as nets have them (cross-correlations, in the field's words): float32, dense, channels first.
/// <code>y[n, d, i, j] = sum over c, k, l of w[d, c, k, l] x[n, c, i + k - 1, j + l - 1]</code>
/// Where channels are many by Winograd's F(4x4, 3x3), which needs a quarter of the products and rounds two to three times as much (<see cref="WinogradTransform{TLanes}"/>);
/// else by the sum itself. No bit depends on the number of threads, nor on the other images of a batch.
/// </summary>
/// <remarks>Pointers are to float32 values of the shapes that are named, aligned to 4 bytes; nothing beyond them is read or written.</remarks>
public static unsafe class Convolution3x3
{
    private const int FewChannels = 8;

    /// <summary>The convolution, and what an inference adds to it.</summary>
    /// <param name="size">What it is of.</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weight">(D, C, 3, 3).</param>
    /// <param name="bias">(D), added to each plane; or null.</param>
    /// <param name="relu">Whether what is below 0 becomes 0.</param>
    /// <param name="y">(N, D, H, W), written.</param>
    public static void Forward(in ConvolutionSize size, float* x, float* weight, float* bias, bool relu, float* y)
    {
        if (IsWinograd(size))
        {
            using var transformed = new WinogradWeights(weight, size.Inputs, size.Outputs, turned: false);
            Walk(size, x, transformed, bias, relu, y);
        }
        else
        {
            using var packed = PackedWeights.Of(weight, size.Inputs, size.Outputs);
            Walk(size, x, packed, bias, relu, y);
        }
    }

    /// <summary>The gradient of sum(y g) by x: the convolution of g with the weights turned by 180 degrees, inputs and outputs exchanged.</summary>
    /// <param name="size">What the convolution is of.</param>
    /// <param name="gradient">g, (N, D, H, W).</param>
    /// <param name="weight">(D, C, 3, 3).</param>
    /// <param name="result">(N, C, H, W), written.</param>
    public static void InputGradient(in ConvolutionSize size, float* gradient, float* weight, float* result)
    {
        var turned = size with { Inputs = size.Outputs, Outputs = size.Inputs };
        if (IsWinograd(size))
        {
            using var transformed = new WinogradWeights(weight, turned.Inputs, turned.Outputs, turned: true);
            Walk(turned, gradient, transformed, bias: null, relu: false, result);
        }
        else
        {
            using var packed = PackedWeights.Turned(weight, size.Inputs, size.Outputs);
            Walk(turned, gradient, packed, bias: null, relu: false, result);
        }
    }

    /// <summary>The gradient of sum(y g) by the weights: sum over n, i, j of g[n, d, i, j] x[n, c, i + k - 1, j + l - 1].</summary>
    /// <param name="size">What the convolution is of.</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="gradient">g, (N, D, H, W).</param>
    /// <param name="result">(D, C, 3, 3), written.</param>
    public static void WeightGradient(in ConvolutionSize size, float* x, float* gradient, float* result)
    {
        if (IsWinograd(size)) WinogradWeightGradient(size, x, gradient, result);
        else DirectWeightGradient(size, x, gradient, result);
    }

    internal static void WinogradWeightGradient(in ConvolutionSize size, float* x, float* gradient, float* result)
    {
        if (Vector512.IsHardwareAccelerated) WinogradGradient<Lanes16>.Run(size, x, gradient, result);
        else if (Vector256.IsHardwareAccelerated) WinogradGradient<Lanes8>.Run(size, x, gradient, result);
        else WinogradGradient<Lanes4>.Run(size, x, gradient, result);
    }

    internal static void DirectWeightGradient(in ConvolutionSize size, float* x, float* gradient, float* result)
    {
        if (Vector512.IsHardwareAccelerated) DirectGradient<Lanes16>.Run(size, x, gradient, result);
        else if (Vector256.IsHardwareAccelerated) DirectGradient<Lanes8>.Run(size, x, gradient, result);
        else DirectGradient<Lanes4>.Run(size, x, gradient, result);
    }

    /// <summary>Whether Winograd's way is the quicker one, by <c>bench/run layers</c>: transforms take as long for few channels, and a tile must lie in the image.</summary>
    internal static bool IsWinograd(in ConvolutionSize size) =>
        Math.Min(size.Inputs, size.Outputs) >= FewChannels && Math.Min(size.Height, size.Width) > WinogradTiles.Side;

    internal static void Walk(in ConvolutionSize size, float* x, WinogradWeights weights, float* bias, bool relu, float* y)
    {
        if (Vector512.IsHardwareAccelerated) WinogradWalk<Lanes16>.Run(size, x, weights, bias, relu, y);
        else if (Vector256.IsHardwareAccelerated) WinogradWalk<Lanes8>.Run(size, x, weights, bias, relu, y);
        else WinogradWalk<Lanes4>.Run(size, x, weights, bias, relu, y);
    }

    internal static void Walk(in ConvolutionSize size, float* x, PackedWeights weights, float* bias, bool relu, float* y)
    {
        if (Vector512.IsHardwareAccelerated) DirectWalk<Lanes16>.Run(size, x, weights, bias, relu, y);
        else if (Vector256.IsHardwareAccelerated) DirectWalk<Lanes8>.Run(size, x, weights, bias, relu, y);
        else DirectWalk<Lanes4>.Run(size, x, weights, bias, relu, y);
    }
}

/// <summary>What a convolution is of.</summary>
/// <param name="Images">N.</param>
/// <param name="Inputs">C.</param>
/// <param name="Outputs">D.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
public readonly record struct ConvolutionSize(int Images, int Inputs, int Outputs, int Height, int Width);
