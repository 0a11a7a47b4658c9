using SegTrain.LibTorch.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private static readonly Operator s_addTensor = new("aten::add", "Tensor");
        private static readonly Operator s_addScalar = new("aten::add", "Scalar");
        private static readonly Operator s_add_Tensor = new("aten::add_", "Tensor");
        private static readonly Operator s_add_Scalar = new("aten::add_", "Scalar");
        private static readonly Operator s_subTensor = new("aten::sub", "Tensor");
        private static readonly Operator s_subScalar = new("aten::sub", "Scalar");
        private static readonly Operator s_mulTensor = new("aten::mul", "Tensor");
        private static readonly Operator s_mulScalar = new("aten::mul", "Scalar");
        private static readonly Operator s_mul_Tensor = new("aten::mul_", "Tensor");
        private static readonly Operator s_mul_Scalar = new("aten::mul_", "Scalar");
        private static readonly Operator s_divTensor = new("aten::div", "Tensor");
        private static readonly Operator s_divScalar = new("aten::div", "Scalar");
        private static readonly Operator s_div_Scalar = new("aten::div_", "Scalar");
        private static readonly Operator s_rsubScalar = new("aten::rsub", "Scalar");
        private static readonly Operator s_addcmul_ = new("aten::addcmul_");
        private static readonly Operator s_addcdiv_ = new("aten::addcdiv_");
        private static readonly Operator s_powScalar = new("aten::pow", "Tensor_Scalar");
        private static readonly Operator s_powTensor = new("aten::pow", "Tensor_Tensor");
        private static readonly Operator s_bitwiseAnd = new("aten::bitwise_and", "Tensor");
        private static readonly Operator s_bitwiseXor = new("aten::bitwise_xor", "Tensor");
        private static readonly Operator s_bitwiseRightShift = new("aten::bitwise_right_shift", "Tensor");
        private static readonly Operator s_floor = new("aten::floor");
        private static readonly Operator s_round = new("aten::round", "decimals");
        private static readonly Operator s_matmul = new("aten::matmul");
        private static readonly Operator s_clamp = new("aten::clamp");
        private static readonly Operator s_clampMin = new("aten::clamp_min");
        private static readonly Operator s_clampMax = new("aten::clamp_max");
        private static readonly Operator s_neg = new("aten::neg");
        private static readonly Operator s_abs = new("aten::abs");
        private static readonly Operator s_exp = new("aten::exp");
        private static readonly Operator s_expm1 = new("aten::expm1");
        private static readonly Operator s_log = new("aten::log");
        private static readonly Operator s_log1p = new("aten::log1p");
        private static readonly Operator s_sqrt = new("aten::sqrt");
        private static readonly Operator s_square = new("aten::square");
        private static readonly Operator s_sigmoid = new("aten::sigmoid");
        private static readonly Operator s_relu = new("aten::relu");
        private static readonly Operator s_reciprocal = new("aten::reciprocal");
        private static readonly Operator s_reluInPlace = new("aten::relu_");
        private static readonly Operator s_zeroInPlace = new("aten::zero_");
        private static readonly Operator s_logSigmoid = new("aten::log_sigmoid");
        private static readonly Operator s_softmax = new("aten::softmax", "int");
        private static readonly Operator s_logSoftmax = new("aten::log_softmax", "int");
        private static readonly Operator s_minimum = new("aten::minimum");
        private static readonly Operator s_maximum = new("aten::maximum");
        private static readonly Operator s_absInPlace = new("aten::abs_");
        private static readonly Operator s_clampInPlace = new("aten::clamp_");
        private static readonly Operator s_signInPlace = new("aten::sign_");
        private static readonly Operator s_clampMaxInPlace = new("aten::clamp_max_");
        private static readonly Operator s_fill_ = new("aten::fill_", "Scalar");

        public Tensor add(Scalar scalar) => s_addScalar.Call(this, scalar);

        public Tensor add_(Tensor target) => s_add_Tensor.CallInPlace(this, target);

        public Tensor add_(Scalar scalar) => s_add_Scalar.CallInPlace(this, scalar);

        public Tensor sub(Scalar target) => s_subScalar.Call(this, target);

        public Tensor mul_(Tensor target) => s_mul_Tensor.CallInPlace(this, target);

        public Tensor mul_(Scalar target) => s_mul_Scalar.CallInPlace(this, target);

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => s_div_Scalar.CallInPlace(this, target);

        public Tensor add_(Tensor target, Scalar alpha) => s_add_Tensor.CallInPlace(this, target, alpha);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => s_addcmul_.CallInPlace(this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => s_addcdiv_.CallInPlace(this, tensor1, tensor2, value);

        public Tensor pow(Scalar exponent) => s_powScalar.Call(this, exponent);

        public Tensor pow(Tensor exponent) => s_powTensor.Call(this, exponent);

        public Tensor bitwise_and(Tensor other) => s_bitwiseAnd.Call(this, other);

        public Tensor bitwise_xor(Tensor other) => s_bitwiseXor.Call(this, other);

        public Tensor bitwise_right_shift(Tensor other) => s_bitwiseRightShift.Call(this, other);

        public Tensor floor() => s_floor.Call(this);

        public Tensor round(long decimals = 0) => s_round.Call(this, decimals);

        public Tensor matmul(Tensor target) => s_matmul.Call(this, target);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => s_clamp.Call(this, min, max);

        public Tensor clamp_min(Scalar min) => s_clampMin.Call(this, min);

        public Tensor clamp_max(Scalar max) => s_clampMax.Call(this, max);

        public Tensor minimum(Tensor other) => s_minimum.Call(this, other);

        public Tensor maximum(Tensor other) => s_maximum.Call(this, other);

        public Tensor neg() => s_neg.Call(this);

        public Tensor abs() => s_abs.Call(this);

        public Tensor exp() => s_exp.Call(this);

        public Tensor expm1() => s_expm1.Call(this);

        public Tensor log() => s_log.Call(this);

        public Tensor log1p() => s_log1p.Call(this);

        public Tensor sqrt() => s_sqrt.Call(this);

        public Tensor square() => s_square.Call(this);

        public Tensor sigmoid() => s_sigmoid.Call(this);

        public Tensor relu() => s_relu.Call(this);

        public Tensor reciprocal() => s_reciprocal.Call(this);

        public Tensor abs_() => s_absInPlace.CallInPlace(this);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => s_clampInPlace.CallInPlace(this, min, max);

        public Tensor sign_() => s_signInPlace.CallInPlace(this);

        public Tensor clamp_max_(Scalar max) => s_clampMaxInPlace.CallInPlace(this, max);

        public Tensor relu_() => s_reluInPlace.CallInPlace(this);

        public Tensor zero_() => s_zeroInPlace.CallInPlace(this);

        public Tensor fill_(Scalar value) => s_fill_.CallInPlace(this, value);

        public Tensor log_sigmoid() => s_logSigmoid.Call(this);

        public Tensor softmax(long dim, ScalarType? dtype = null) => s_softmax.Call(this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => s_logSoftmax.Call(this, dim, dtype);

        public static Tensor operator +(Tensor left, Tensor right) => s_addTensor.Call(left, right);

        public static Tensor operator +(Tensor left, double right) => s_addScalar.Call(left, (Scalar)right);

        public static Tensor operator -(Tensor left, Tensor right) => s_subTensor.Call(left, right);

        public static Tensor operator -(Tensor left, double right) => s_subScalar.Call(left, (Scalar)right);

        public static Tensor operator *(Tensor left, Tensor right) => s_mulTensor.Call(left, right);

        public static Tensor operator *(Tensor left, double right) => s_mulScalar.Call(left, (Scalar)right);

        public static Tensor operator /(Tensor left, Tensor right) => s_divTensor.Call(left, right);

        public static Tensor operator /(Tensor left, double right) => s_divScalar.Call(left, (Scalar)right);

        public static Tensor operator -(double left, Tensor right) => s_rsubScalar.Call(right, (Scalar)left);

        public static Tensor operator /(double left, Tensor right) => s_mulScalar.Call(right.reciprocal(), (Scalar)left);

        public static Tensor operator -(Tensor tensor) => s_neg.Call(tensor);
    }
}
