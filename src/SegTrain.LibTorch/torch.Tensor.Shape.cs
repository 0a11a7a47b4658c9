using SegTrain.LibTorch.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private static readonly Operator s_reshape = new("aten::reshape");
        private static readonly Operator s_view = new("aten::view");
        private static readonly Operator s_flatten = new("aten::flatten", "using_ints");
        private static readonly Operator s_permute = new("aten::permute");
        private static readonly Operator s_transpose = new("aten::transpose", "int");
        private static readonly Operator s_unsqueeze = new("aten::unsqueeze");
        private static readonly Operator s_squeezeDim = new("aten::squeeze", "dim");
        private static readonly Operator s_narrow = new("aten::narrow");
        private static readonly Operator s_select = new("aten::select", "int");
        private static readonly Operator s_expand = new("aten::expand");
        private static readonly Operator s_contiguous = new("aten::contiguous");
        private static readonly Operator s_clone = new("aten::clone");
        private static readonly Operator s_detach = new("aten::detach");
        private static readonly Operator s_copy_ = new("aten::copy_");
        private static readonly Operator s_gather = new("aten::gather");
        private static readonly Operator s_indexSelect = new("aten::index_select");
        private static readonly Operator s_indexCopy_ = new("aten::index_copy_");
        private static readonly Operator s_scatter_ = new("aten::scatter_", "src");
        private static readonly Operator s_scatterAdd = new("aten::scatter_add");
        private static readonly Operator s_toDevice = new("aten::to", "device");
        private static readonly Operator s_toType = new("aten::to", "dtype");
        private static readonly Operator s_pinMemory = new("aten::pin_memory");
        private static readonly Operator s_normal_ = new("aten::normal_");

        public Tensor reshape(params long[] shape) => s_reshape.Call(this, shape);

        public Tensor view(params long[] shape) => s_view.Call(this, shape);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => s_flatten.Call(this, start_dim, end_dim);

        public Tensor permute(params long[] permutation) => s_permute.Call(this, permutation);

        public Tensor transpose(long dim0, long dim1) => s_transpose.Call(this, dim0, dim1);

        public Tensor unsqueeze(long dim) => s_unsqueeze.Call(this, dim);

        public Tensor squeeze(long? dim = null) => s_squeezeDim.Call(this, dim!.Value);

        public Tensor narrow(long dim, long start, long length) => s_narrow.Call(this, dim, start, length);

        public Tensor select(long dim, long index) => s_select.Call(this, dim, index);

        public Tensor expand(params long[] sizes) => s_expand.Call(this, sizes, false);

        public Tensor contiguous() => s_contiguous.Call(this);

        public Tensor clone() => s_clone.Call(this);

        public Tensor detach() => s_detach.Call(this);

        public Tensor gather(long dim, Tensor index) => s_gather.Call(this, dim, index);

        public Tensor index_select(long dim, Tensor index) => s_indexSelect.Call(this, dim, index);

        public Tensor index_copy_(long dim, Tensor index, Tensor source) => s_indexCopy_.CallInPlace(this, dim, index, source);

        public Tensor scatter_(long dim, Tensor index, Tensor src) => s_scatter_.CallInPlace(this, dim, index, src);

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => s_scatterAdd.Call(this, dim, index, src);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => s_copy_.CallInPlace(this, source, nonBlocking);

        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) => s_normal_.CallInPlace(this, mean, std);

        public Tensor pin_memory() => s_pinMemory.Call(this);

        public Tensor cpu() => to(CPU);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Moved(s_toDevice.Call(this, device, dtype, non_blocking, copy), disposeAfter);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Moved(s_toType.Call(this, type, non_blocking, copy), disposeAfter);

        private Tensor Moved(Tensor result, bool disposeAfter)
        {
            if (disposeAfter) Dispose();
            return result;
        }
    }
}
