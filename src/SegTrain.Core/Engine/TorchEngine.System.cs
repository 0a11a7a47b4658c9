using SegTrain.LibTorch.Interop;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine;

internal static partial class TorchEngine
{
    // Of our own, in native/torch.
    private static readonly Operator s_convolution3x3 = new("segtrain::convolution3x3");
    private static readonly Operator s_batchNormRelu = new("segtrain::batch_norm_relu");
    private static readonly Operator s_maxPool2x2 = new("segtrain::max_pool2x2");
    private static readonly Operator s_catPixelShuffle = new("segtrain::cat_pixel_shuffle");

    public static partial string Backend => "system";

    public static partial string Version => Runtime.Version;

    public static partial IReadOnlyList<string> Details =>
    [
        $"library: {Runtime.LibraryPath}",
        // The last line lists every compiler flag.
        .. Runtime.BuildSettings.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(static line => !line.Contains("Build settings", StringComparison.Ordinal)),
    ];

    public static partial Tensor Convolution3x3(Tensor x, Tensor weight, Tensor? bias, bool relu) => s_convolution3x3.Call(x, weight, bias, relu);

    public static partial Tensor BatchNormRelu(Tensor x, Tensor scale, Tensor shift, Tensor runningMean, Tensor runningVariance, bool training, double momentum) =>
        s_batchNormRelu.Call(x, scale, shift, runningMean, runningVariance, training, momentum, Epsilon);

    public static partial Tensor MaxPool2x2(Tensor x) => s_maxPool2x2.Call(x);

    public static partial Tensor CatPixelShuffle(Tensor skip, Tensor blocks) => s_catPixelShuffle.Call(skip, blocks);

    public static partial void AllowTf32(bool allowed) => Runtime.AllowTf32(allowed);

    private static partial void Load()
    {
        try
        {
            Runtime.Load();
        }
        catch (Exception missing) when (missing is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw Missing(missing);
        }
    }

    private static partial bool PoolTensors() => Runtime.PoolTensors();

    private static partial void ReturnTensorPages() => Runtime.ReturnPages();

    private static partial bool SetBlasThreads(int count) => Runtime.SetBlasThreads(count);

    private static partial void SetDeterministic() => Runtime.SetDeterministic(true);
}
