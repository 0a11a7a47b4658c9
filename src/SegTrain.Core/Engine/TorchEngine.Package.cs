using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine;

internal static partial class TorchEngine
{
    public static partial string Backend => cuda.is_available() ? "cuda" : "cpu";

    public static partial string Version => __version__;

    public static partial IReadOnlyList<string> Details => [$"package: TorchSharp {typeof(torch).Assembly.GetName().Version}"];

    public static partial Tensor Convolution3x3(Tensor x, Tensor weight, Tensor? bias, bool relu)
    {
        var y = nn.functional.conv2d(x, weight, bias, padding: [1, 1]);
        return relu ? y.relu_() : y;
    }

    public static partial Tensor BatchNormRelu(Tensor x, Tensor scale, Tensor shift, Tensor runningMean, Tensor runningVariance, bool training, double momentum) =>
        nn.functional.batch_norm(x, runningMean, runningVariance, scale, shift, training, momentum, Epsilon).relu_();

    public static partial Tensor MaxPool2x2(Tensor x) => nn.functional.max_pool2d(x, 2);

    public static partial Tensor CatPixelShuffle(Tensor skip, Tensor blocks) => cat([skip, nn.functional.pixel_shuffle(blocks, 2)], 1);

    public static partial void AllowTf32(bool allowed) => backends.cudnn.allow_tf32 = backends.cuda.matmul.allow_tf32 = allowed;

    private static partial void Load()
    {
        try
        {
            InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception missing) when (missing is DllNotFoundException or NotSupportedException or TypeInitializationException)
        {
            throw Missing(missing);
        }
    }

    private static partial bool PoolTensors() => false;

    private static partial void ReturnTensorPages()
    {
    }

    // The packages' LibTorch brings MKL, whose threads are OpenMP's.
    private static partial bool SetBlasThreads(int count) => false;

    // TorchSharp 0.105 has no switch. On the CPU the same number of threads gives the same bits without one; on a GPU nothing promises it.
    private static partial void SetDeterministic()
    {
    }
}
