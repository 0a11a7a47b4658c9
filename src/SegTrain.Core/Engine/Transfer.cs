using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine;

/// <summary>From the memory of the host to a device.</summary>
internal static class Transfer
{
    /// <summary>
    /// On the CPU the tensor itself. To a GPU it goes through page-locked memory, which LibTorch keeps and gives out again when the copy is done: so the
    /// copy is ordered ahead, behind what the GPU still has to do, and nobody waits for it; the tensor's own memory may be written again at once.
    /// </summary>
    /// <param name="host">On the CPU.</param>
    /// <param name="device">Where to.</param>
    public static Tensor To(Tensor host, Device device) => device.type == DeviceType.CUDA ? host.pin_memory().to(device, non_blocking: true) : host;
}
