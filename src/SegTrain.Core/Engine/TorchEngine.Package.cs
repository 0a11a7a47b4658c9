using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine;

internal static partial class TorchEngine
{
    public static partial string Backend => cuda.is_available() ? "cuda" : "cpu";

    public static partial string Version => __version__;

    public static partial IReadOnlyList<string> Details => [$"package: TorchSharp {typeof(torch).Assembly.GetName().Version}"];

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

    // The packages' LibTorch brings MKL, whose threads are OpenMP's.
    private static partial bool SetBlasThreads(int count) => false;

    // TorchSharp 0.105 has no switch; on the CPU the same number of threads gives the same bits without one.
    private static partial void SetDeterministic()
    {
    }
}
