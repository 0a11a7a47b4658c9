using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine.Convolutions;

/// <summary>
/// The convolutions of a net, each by a way that is right on this machine. In float32 on a CPU that is our own kernel and the BLAS. Other types and devices take
/// LibTorch's convolution where <see cref="ConvolutionCheck"/> finds it right, which that of bfloat16 is not everywhere, and else are computed in float32.
/// A verdict holds for the process.
/// </summary>
internal static class TrustedConvolution
{
    // 20 is no multiple of a vector; a single channel goes other ways than several, and so do three blocks.
    private static readonly ConvolutionShape[] s_awkward =
        [.. from size in (int[])[3, 1] from channels in ((int, int)[])[(20, 20), (1, 16), (16, 1), (48, 48), (52, 56)] select new ConvolutionShape(channels.Item1, channels.Item2, size, 1)];

    private static readonly ConcurrentDictionary<Place, bool> s_isLibTorchRight = [];
    private static readonly HashSet<(Place, ConvolutionShape)> s_right = [];
    private static readonly Lock s_deciding = new();

    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weight">(D, C, size, size).</param>
    /// <param name="bias">(D), or none.</param>
    /// <param name="stride">1, or the size; see <see cref="ConvolutionShape"/>.</param>
    /// <param name="relu">Whether what is below 0 becomes 0.</param>
    /// <returns>(N, D, H / stride, W / stride), in the caller's dispose scope.</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias, int stride, bool relu = false)
    {
        if (DenseMemory.IsOurs(x)) return InFloat32(x, weight, bias, stride, relu);
        if (IsRight(x.dtype, x.device)) return ByLibTorch(x, weight, bias, stride, relu);
        using var scope = NewDisposeScope();
        return InFloat32(x.to(float32), weight.to(float32), bias?.to(float32), stride, relu).to(x.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Checks convolutions of a net, the way that <see cref="Apply"/> takes.</summary>
    /// <returns>What the log says of them, if there is something to say.</returns>
    /// <exception cref="SegTrainException">One is wrong.</exception>
    public static string? Examine(IEnumerable<ConvolutionShape> shapes, ScalarType type, Device device)
    {
        lock (s_deciding)
        {
            var here = Place.Of(type, device);
            var left = shapes.Select(static shape => shape.Folded()).Distinct().Where(shape => !s_right.Contains((here, shape))).ToArray();
            // Before several threads ask for it.
            var byLibTorch = IsRight(type, device) && !DenseMemory.IsOurs(type, device.type);
            var wrong = Wrong(left);
            if (wrong is not null && byLibTorch)
            {
                s_isLibTorchRight[here] = false;
                wrong = Wrong(left);
            }
            if (wrong is { } first)
            {
                throw new SegTrainException(ExitCode.Device,
                    $"{first.Size}x{first.Size} convolutions of {first.Inputs} to {first.Outputs} channels in {type} come out wrong on {device}, and a net trained here would be wrong; "
                    + "use another --precision or --device, or set LIBTORCH to another LibTorch; 'segtrain doctor' says what is in use");
            }
            s_right.UnionWith(left.Select(shape => (here, shape)));
        }
        return IsRight(type, device) ? null
            : $"LibTorch's convolutions of {type} are wrong on this machine; they are computed in float32 and rounded, which takes longer than --precision fp32";

        // Two at once: each is so small that a processor does most of it alone.
        ConvolutionShape? Wrong(ConvolutionShape[] shapes)
        {
            var isRight = new bool[shapes.Length];
            Parallel.For(0, shapes.Length, i => isRight[i] = ConvolutionCheck.IsRight(shapes[i], type, device, (x, weight) => Apply(x, weight, null, shapes[i].Stride)));
            return Array.IndexOf(isRight, false) is var place and >= 0 ? shapes[place] : null;
        }
    }

    /// <summary>Whether convolutions of a type are computed in that type.</summary>
    public static bool IsRight(ScalarType type, Device device)
    {
        if (DenseMemory.IsOurs(type, device.type)) return true;
        if (s_isLibTorchRight.TryGetValue(Place.Of(type, device), out var known)) return known;
        lock (s_deciding)
        {
            if (s_isLibTorchRight.TryGetValue(Place.Of(type, device), out var isRight)) return isRight;
            var oneDnn = device.type == DeviceType.CPU ? LibTorchContext.Loaded : null;
            oneDnn?.UseOneDnn(true);
            isRight = s_awkward.All(shape => ConvolutionCheck.IsRight(shape, type, device, (x, weight) => ByLibTorch(x, weight, null, shape.Stride, relu: false)));
            if (!isRight) oneDnn?.UseOneDnn(false);
            return s_isLibTorchRight[Place.Of(type, device)] = isRight;
        }
    }

    /// <summary>How a type's convolutions are computed, for <c>doctor</c>.</summary>
    /// <exception cref="SegTrainException">They come out wrong.</exception>
    public static string Describe(ScalarType type, Device device)
    {
        var finding = Examine(s_awkward, type, device);
        return finding ?? $"{(DenseMemory.IsOurs(type, device.type) ? "by SegTrain.Kernels" : "LibTorch's")}; output and gradients are those of plain sums";
    }

    private static Tensor InFloat32(Tensor x, Tensor weight, Tensor? bias, int stride, bool relu)
    {
        if (weight.shape[2] == 3) return Convolution3x3Function.Apply(x, weight, bias, relu);
        using var scope = NewDisposeScope();
        // A convolution whose stride is its size is one of 1x1 over all pixels of a square as channels.
        if (stride > 1) (x, weight) = (nn.functional.pixel_unshuffle(x, stride), weight.reshape(weight.shape[0], -1, 1, 1));
        return Product(x, weight, bias, relu).MoveToOuterDisposeScope();
    }

    private static Tensor Product(Tensor x, Tensor weight, Tensor? bias, bool relu)
    {
        var (images, inputs, outputs, height, width) = (x.shape[0], x.shape[1], weight.shape[0], x.shape[2], x.shape[3]);
        var y = bmm(weight.reshape(1, outputs, inputs).expand(images, outputs, inputs), x.reshape(images, inputs, height * width)).reshape(images, outputs, height, width);
        if (bias is not null) y = y.Plus_(bias.reshape(-1, 1, 1));
        return relu ? y.relu_() : y;
    }

    private static Tensor ByLibTorch(Tensor x, Tensor weight, Tensor? bias, int stride, bool relu)
    {
        long padding = ConvolutionShape.PaddingOf((int)weight.shape[2], stride);
        var y = nn.functional.conv2d(x, weight, bias, strides: [stride, stride], padding: [padding, padding]);
        return relu ? y.relu_() : y;
    }

    private readonly record struct Place(ScalarType Type, DeviceType Device, int Index)
    {
        public static Place Of(ScalarType type, Device device) => new(type, device.type, device.index);
    }
}
