using SegTrain.LibTorch.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private static readonly Operator s_eqTensor = new("aten::eq", "Tensor");
        private static readonly Operator s_eqScalar = new("aten::eq", "Scalar");
        private static readonly Operator s_neTensor = new("aten::ne", "Tensor");
        private static readonly Operator s_neScalar = new("aten::ne", "Scalar");
        private static readonly Operator s_geTensor = new("aten::ge", "Tensor");
        private static readonly Operator s_geScalar = new("aten::ge", "Scalar");
        private static readonly Operator s_gtTensor = new("aten::gt", "Tensor");
        private static readonly Operator s_gtScalar = new("aten::gt", "Scalar");
        private static readonly Operator s_leTensor = new("aten::le", "Tensor");
        private static readonly Operator s_leScalar = new("aten::le", "Scalar");
        private static readonly Operator s_ltTensor = new("aten::lt", "Tensor");
        private static readonly Operator s_ltScalar = new("aten::lt", "Scalar");
        private static readonly Operator s_logicalNot = new("aten::logical_not");
        private static readonly Operator s_logicalAnd = new("aten::logical_and");
        private static readonly Operator s_isfinite = new("aten::isfinite");
        private static readonly Operator s_maskedFill = new("aten::masked_fill", "Scalar");
        private static readonly Operator s_all = new("aten::all");
        private static readonly Operator s_any = new("aten::any");

        public Tensor eq(Tensor target) => s_eqTensor.Call(this, target);

        public Tensor eq(Scalar target) => s_eqScalar.Call(this, target);

        public Tensor ne(Tensor target) => s_neTensor.Call(this, target);

        public Tensor ne(Scalar target) => s_neScalar.Call(this, target);

        public Tensor ge(Tensor target) => s_geTensor.Call(this, target);

        public Tensor ge(Scalar target) => s_geScalar.Call(this, target);

        public Tensor gt(Tensor target) => s_gtTensor.Call(this, target);

        public Tensor gt(Scalar target) => s_gtScalar.Call(this, target);

        public Tensor le(Tensor target) => s_leTensor.Call(this, target);

        public Tensor le(Scalar target) => s_leScalar.Call(this, target);

        public Tensor lt(Tensor target) => s_ltTensor.Call(this, target);

        public Tensor lt(Scalar target) => s_ltScalar.Call(this, target);

        public Tensor logical_not() => s_logicalNot.Call(this);

        public Tensor logical_and(Tensor other) => s_logicalAnd.Call(this, other);

        public Tensor isfinite() => s_isfinite.Call(this);

        public Tensor all() => s_all.Call(this);

        public Tensor any() => s_any.Call(this);

        public Tensor masked_fill(Tensor mask, Scalar value) => s_maskedFill.Call(this, mask, value);
    }
}
