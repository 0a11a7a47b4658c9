using System.Runtime.InteropServices;
using SegTrain.LibTorch.Interop;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        private TensorInfo Info
        {
            get
            {
                TensorInfo info;
                Native.Check(Native.segtrain_tensor_info(Handle, &info));
                GC.KeepAlive(this);
                return info;
            }
        }

        public ScalarType dtype => (ScalarType)Info.Type;

        public Device device
        {
            get
            {
                var info = Info;
                return new Device((DeviceType)info.DeviceType, info.DeviceIndex);
            }
        }

        public DeviceType device_type => (DeviceType)Info.DeviceType;

        public long ndim => Info.Rank;

        public long NumberOfElements => Info.Elements;

        public bool is_contiguous() => Info.Contiguous != 0;

        public long[] shape
        {
            get
            {
                var sizes = new long[Info.Rank];
                fixed (long* first = sizes) Native.segtrain_tensor_sizes(Handle, first);
                GC.KeepAlive(this);
                return sizes;
            }
        }

        /// <summary>The memory of a contiguous CPU tensor; valid while the tensor lives.</summary>
        /// <exception cref="InvalidOperationException">The tensor is not contiguous, not on the CPU, or larger than 2 GiB.</exception>
        public Span<byte> bytes
        {
            get
            {
                var info = Info;
                if (info.Contiguous == 0 || info.DeviceType != (int)DeviceType.CPU)
                {
                    throw new InvalidOperationException("bytes needs a contiguous tensor on the CPU");
                }
                void* data;
                Native.Check(Native.segtrain_tensor_data(Handle, &data));
                GC.KeepAlive(this);
                return new Span<byte>(data, checked((int)(info.Elements * ((ScalarType)info.Type).ElementSize())));
            }
        }

        /// <summary>The value of a tensor of one element; waits for the device.</summary>
        /// <exception cref="InvalidOperationException">There is not exactly one element, or its type is not <typeparamref name="T"/>.</exception>
        public T item<T>() where T : unmanaged
        {
            using var here = cpu();
            var memory = here.bytes;
            return memory.Length == sizeof(T)
                ? MemoryMarshal.Read<T>(memory)
                : throw new InvalidOperationException($"item<{typeof(T).Name}>() of {NumberOfElements} elements of type {dtype}");
        }
    }
}
