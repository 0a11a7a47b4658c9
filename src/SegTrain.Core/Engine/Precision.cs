using System.Runtime.Intrinsics.X86;
using SegTrain.Core.Engine.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine;

internal enum Precision
{
    Fp32,
    Tf32,
    Bf16,
    Fp16,
    Auto,
}

/// <summary>Which type a net's activations are of: what <c>--precision</c> comes to on a machine.</summary>
internal static class PrecisionChoice
{
    // Ampere: the first with bfloat16 and TF32.
    private const int Ampere = 8;

    /// <summary>auto is what is quicker; anything else stays as it is.</summary>
    /// <param name="asked">What the config says.</param>
    /// <param name="device">Where the net will be.</param>
    /// <param name="quicker">Measures fp32 against bf16 on a CPU that multiplies both.</param>
    /// <returns>Anything but auto, and why.</returns>
    /// <exception cref="SegTrainException">The device is none for what is asked.</exception>
    public static (Precision Chosen, string Reason) Choose(Precision asked, Device device, Func<(Precision Chosen, string Reason)> quicker) => (asked, device.type) switch
    {
        (Precision.Tf32 or Precision.Fp16, DeviceType.CPU) => throw new SegTrainException(ExitCode.Device,
            $"train.precision: {(asked == Precision.Tf32 ? "tf32" : "fp16")} is for CUDA devices, and this run is on the CPU; use fp32, bf16 or auto"),
        (not Precision.Auto, _) => (asked, "as configured"),
        (_, DeviceType.CPU) when MultipliesBfloat16 => TrustedConvolution.IsRight(bfloat16, device)
            ? quicker()
            : (Precision.Fp32, "LibTorch's convolutions of bfloat16 are wrong on this machine"),
        (_, DeviceType.CPU) => (Precision.Fp32, "this processor has no AVX512_BF16, without which bf16 is slower"),
        _ => CudaDriver.ComputeCapability(device.index) switch
        {
            null => (Precision.Fp32, "the CUDA driver does not say what the device can do"),
            { Major: >= Ampere } known => (Precision.Bf16, $"the device has compute capability {known.Major}.{known.Minor}"),
            var (major, minor) => (Precision.Fp32, $"the device has compute capability {major}.{minor}, and bf16 is slower below {Ampere}.0"),
        },
    };

    public static ScalarType Type(Precision chosen) => chosen switch
    {
        Precision.Bf16 => bfloat16,
        Precision.Fp16 => float16,
        _ => float32,
    };

    // CPUID leaf 7, subleaf 1, EAX bit 5; .NET has no name for it. That the system keeps the registers is what Avx512F says.
    private static bool MultipliesBfloat16 => Avx512F.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 1).Eax & 1 << 5) != 0;
}
