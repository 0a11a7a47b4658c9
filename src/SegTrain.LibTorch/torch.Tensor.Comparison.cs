using SegTrain.LibTorch.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private static readonly Operator s_eqTensor = new("aten::eq", "Tensor");
        private static readonly Operator s_eqScalar = new("aten::eq", "Scalar");
        private static readonly Operator s_neScalar = new("aten::ne", "Scalar");
        private static readonly Operator s_geScalar = new("aten::ge", "Scalar");
        private static readonly Operator s_gtTensor = new("aten::gt", "Tensor");
        private static readonly Operator s_gtScalar = new("aten::gt", "Scalar");
        private static readonly Operator s_ltScalar = new("aten::lt", "Scalar");
        private static readonly Operator s_isfinite = new("aten::isfinite");
        private static readonly Operator s_maskedFill = new("aten::masked_fill", "Scalar");
        private static readonly Operator s_all = new("aten::all");

        public Tensor eq(Tensor target) => s_eqTensor.Call(this, target);

        public Tensor eq(Scalar target) => s_eqScalar.Call(this, target);

        public Tensor ne(Scalar target) => s_neScalar.Call(this, target);

        public Tensor ge(Scalar target) => s_geScalar.Call(this, target);

        public Tensor gt(Tensor target) => s_gtTensor.Call(this, target);

        public Tensor gt(Scalar target) => s_gtScalar.Call(this, target);

        public Tensor lt(Scalar target) => s_ltScalar.Call(this, target);

        public Tensor isfinite() => s_isfinite.Call(this);

        public Tensor all() => s_all.Call(this);

        public Tensor masked_fill(Tensor mask, Scalar value) => s_maskedFill.Call(this, mask, value);
    }
}
