using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine;

/// <summary>Turns <c>--device</c> into a device that is there.</summary>
internal static class ComputeDevice
{
    /// <param name="name">auto, cpu, cuda or cuda:N.</param>
    /// <exception cref="SegTrainException">A CUDA device is named that this backend or machine does not have.</exception>
    public static Device Choose(string name)
    {
        var count = cuda.device_count();
        if (name == "auto") name = count > 0 ? "cuda" : "cpu";
        if (name == "cpu") return CPU;
        if (count == 0)
        {
            throw new SegTrainException(ExitCode.Device,
                $"--device {name}: no CUDA device is available to the {TorchEngine.Backend} backend; use --device cpu or auto, and see 'segtrain doctor'.");
        }
        var device = torch.device(name == "cuda" ? "cuda:0" : name);
        return device.index < count ? device : throw new SegTrainException(ExitCode.Device,
            $"--device {name}: there {(count == 1 ? "is only cuda:0" : $"are only cuda:0 to cuda:{count - 1}")}.");
    }
}
