using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine;

internal enum Precision
{
    Fp32,
    Bf16,
    Auto,
}

/// <summary>Which type a net's activations are of: what <c>--precision</c> comes to on a machine.</summary>
internal static class PrecisionChoice
{
    /// <summary>auto is bf16 only where the machine multiplies it faster than float32; anything else stays as it is.</summary>
    /// <param name="asked">What the config says.</param>
    /// <param name="device">Where the net will be.</param>
    /// <returns>fp32 or bf16, and why.</returns>
    public static (Precision Chosen, string Reason) Choose(Precision asked, Device device) => (asked, device.type) switch
    {
        (not Precision.Auto, _) => (asked, "as configured"),
        (_, DeviceType.CPU) when MultipliesBfloat16 => (Precision.Bf16, "this processor has AVX512_BF16"),
        (_, DeviceType.CPU) => (Precision.Fp32, "this processor has no AVX512_BF16, without which bf16 is slower"),
        _ => (Precision.Fp32, "what a CUDA device can do is not known here; name bf16 where its compute capability is 8.0 or more"),
    };

    public static ScalarType Type(Precision chosen) => chosen == Precision.Bf16 ? bfloat16 : float32;

    // CPUID leaf 7, subleaf 1, EAX bit 5; .NET has no name for it. That the system keeps the registers is what Avx512F says.
    private static bool MultipliesBfloat16 => Avx512F.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 1).Eax & 1 << 5) != 0;
}
