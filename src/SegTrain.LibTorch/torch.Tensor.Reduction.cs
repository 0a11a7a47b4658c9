using SegTrain.LibTorch.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private static readonly Operator s_sum = new("aten::sum");
        private static readonly Operator s_sumDims = new("aten::sum", "dim_IntList");
        private static readonly Operator s_mean = new("aten::mean");
        private static readonly Operator s_meanDims = new("aten::mean", "dim");
        private static readonly Operator s_argmax = new("aten::argmax");
        private static readonly Operator s_amax = new("aten::amax");
        private static readonly Operator s_cumsum = new("aten::cumsum");
        private static readonly Operator s_sort = new("aten::sort", "stable");
        private static readonly Operator s_topk = new("aten::topk");
        private static readonly Operator s_bincount = new("aten::bincount");
        private static readonly Operator s_norm = new("aten::norm", "Scalar");
        private static readonly Operator s_logsumexp = new("aten::logsumexp");

        public Tensor sum(ScalarType? type = null) => s_sum.Call(this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => s_sumDims.Call(this, dim, keepdim, type);

        public Tensor mean() => s_mean.Call(this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => s_meanDims.Call(this, dimensions, keepdim, type);

        public Tensor argmax(long dim, bool keepdim = false) => s_argmax.Call(this, dim, keepdim);

        public Tensor amax(params long[] dims) => s_amax.Call(this, dims);

        public Tensor logsumexp(long dim, bool keepdim = false) => s_logsumexp.Call(this, (long[])[dim], keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null) => s_cumsum.Call(this, dim, type);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            s_sort.CallPair(this, stable, dim, descending);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            s_topk.CallPair(this, (long)k, (long)dim, largest, sorted);

        public Tensor bincount(Tensor? weights, long minlength = 0) => s_bincount.Call(this, weights, minlength);

        public Tensor norm(float p = 2) => s_norm.Call(this, (double)p);
    }
}
