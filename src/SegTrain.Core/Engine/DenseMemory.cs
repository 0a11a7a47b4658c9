using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine;

/// <summary>Where tensors lie, for kernels of ours.</summary>
internal static unsafe class DenseMemory
{
    /// <summary>Whether kernels of ours take it: float32 on a CPU.</summary>
    public static bool IsOurs(Tensor x) => IsOurs(x.dtype, x.device_type);

    /// <summary>Whether kernels of ours take tensors of a type and place.</summary>
    public static bool IsOurs(ScalarType type, DeviceType device) => type == float32 && device == DeviceType.CPU;

    /// <summary>The first number of a contiguous tensor, which the caller keeps alive.</summary>
    public static float* Floats(Tensor dense) => (float*)First(dense);

    /// <summary>The first byte of a contiguous tensor, which the caller keeps alive.</summary>
    public static byte* Bytes(Tensor dense) => (byte*)First(dense);

    private static void* First(Tensor dense)
    {
        if (dense.NumberOfElements <= int.MaxValue / sizeof(double)) return Unsafe.AsPointer(ref MemoryMarshal.GetReference(dense.bytes));
        // No span is longer than 2 GiB; that of the first number is short.
        using var flat = dense.view(-1);
        using var first = flat.narrow(0, 0, 1);
        return Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
