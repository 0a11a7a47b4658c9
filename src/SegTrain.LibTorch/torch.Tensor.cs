using SegTrain.LibTorch.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor that owns one reference to LibTorch's; disposed by hand, by its dispose scope, or at last by the finalizer.</summary>
    public partial class Tensor : IDisposable
    {
        private readonly ThreadDisposeScopeStatistics _madeOn = DisposeScopeManager.Statistics;
        private nint _handle;

        internal Tensor(nint handle)
        {
            _handle = handle;
            Interlocked.Increment(ref _madeOn.Live);
            DisposeScope.Current?.Own(this);
        }

        ~Tensor() => Free();

        internal DisposeScope? Owner { get; set; }

        /// <summary>The native handle.</summary>
        /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
        internal nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Tensor));

        public bool IsInvalid => _handle == 0;

        public void Dispose()
        {
            Free();
            GC.SuppressFinalize(this);
        }

        private void Free()
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0) return;
            Owner = null;
            Interlocked.Decrement(ref _madeOn.Live);
            Native.segtrain_tensor_free(handle);
        }

        public Tensor MoveToOuterDisposeScope()
        {
            if (Owner is { } owner) MoveTo(owner.Outer);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            Owner = null;
            return this;
        }

        private void MoveTo(DisposeScope? scope)
        {
            Owner = null;
            scope?.Own(this);
        }
    }
}
