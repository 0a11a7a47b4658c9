using SegTrain.LibTorch.Interop;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public Tensor requires_grad_(bool requires_grad = true)
        {
            Native.Check(Native.segtrain_tensor_requires_grad(Handle, requires_grad ? 1 : 0));
            return this;
        }

        /// <summary>Adds the gradients of this scalar to the <see cref="grad"/> of every leaf that it depends on.</summary>
        public void backward()
        {
            Native.Check(Native.segtrain_tensor_backward(Handle));
            GC.KeepAlive(this);
        }

        /// <summary>A new handle to the accumulated gradient; null before the first backward pass.</summary>
        public Tensor? grad
        {
            get
            {
                nint result;
                Native.Check(Native.segtrain_tensor_grad(Handle, &result));
                GC.KeepAlive(this);
                return result == 0 ? null : new Tensor(result);
            }

            set
            {
                Native.Check(Native.segtrain_tensor_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }
    }
}
