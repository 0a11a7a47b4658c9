using SegTrain.LibTorch.Interop;

namespace TorchSharp;

/// <summary>The part of TorchSharp's <c>torch</c> that segtrain calls, over an installed LibTorch; names and signatures are TorchSharp's.</summary>
public static partial class torch
{
    public enum ScalarType : sbyte
    {
        Byte = 0,
        Int8 = 1,
        Int16 = 2,
        Int32 = 3,
        Int64 = 4,
        Float16 = 5,
        Float32 = 6,
        Float64 = 7,
        Bool = 11,
        BFloat16 = 15,
    }

#pragma warning disable CA2211 // TorchSharp declares them so.
    public static ScalarType uint8 = ScalarType.Byte;
    public static ScalarType int64 = ScalarType.Int64;
    public static ScalarType float16 = ScalarType.Float16;
    public static ScalarType bfloat16 = ScalarType.BFloat16;
    public static ScalarType float32 = ScalarType.Float32;
    public static ScalarType float64 = ScalarType.Float64;
#pragma warning restore CA2211

    public static readonly Device CPU = new(DeviceType.CPU);

    public static Device device(string description) => new(description);

    public static DisposeScope NewDisposeScope() => new();

    public static int get_num_threads() => Native.segtrain_get_threads();

    public static void set_num_threads(int num) => Native.segtrain_set_threads(num);

    public static IDisposable no_grad() => new GradMode(enabled: false);

    public static partial class random
    {
        /// <summary>Seeds the generators of every device.</summary>
        public static Generator manual_seed(long seed)
        {
            Native.Check(Native.segtrain_manual_seed(seed));
            return Generator.Default;
        }
    }

    public static partial class cuda
    {
        public static int device_count() => Native.segtrain_cuda_devices();
    }

    /// <summary>The default generator; segtrain needs no other.</summary>
    public class Generator : IDisposable
    {
        internal Generator()
        {
        }

        internal static Generator Default { get; } = new();

        public void Dispose()
        {
        }
    }

    private sealed class GradMode : IDisposable
    {
        private readonly int _before = Native.segtrain_get_grad_mode();

        internal GradMode(bool enabled) => Native.segtrain_set_grad_mode(enabled ? 1 : 0);

        public void Dispose() => Native.segtrain_set_grad_mode(_before);
    }
}
