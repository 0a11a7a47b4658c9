using SegTrain.LibTorch.Interop;

namespace TorchSharp;

public enum PaddingModes
{
    Constant = 4,
}

public static partial class torch
{
    public enum InterpolationMode
    {
        Nearest = 0,
        Bilinear = 2,
    }

    /// <summary>How <c>div</c> rounds; segtrain only divides exactly.</summary>
    public enum RoundingMode
    {
        None = 0,
    }

    public static partial class nn
    {
        public enum Reduction : long
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        public static partial class functional
        {
            private static readonly Operator s_conv2d = new("aten::conv2d");
            private static readonly Operator s_groupNorm = new("aten::group_norm");
            private static readonly Operator s_instanceNorm = new("aten::instance_norm");
            private static readonly Operator s_maxPool2d = new("aten::max_pool2d");
            private static readonly Operator s_bilinear = new("aten::upsample_bilinear2d");
            private static readonly Operator s_nearest = new("aten::upsample_nearest2d");
            private static readonly Operator s_pad = new("aten::constant_pad_nd");
            private static readonly Operator s_mse = new("aten::mse_loss");
            private static readonly Operator s_bce = new("aten::binary_cross_entropy");
            private static readonly Operator s_softplus = new("aten::softplus");

            public static Tensor conv2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                s_conv2d.Call(input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], dilation ?? [1, 1], groups);

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1E-05) =>
                s_groupNorm.Call(input, num_groups, weight, bias, eps);

            public static Tensor instance_norm(
                Tensor input, Tensor? running_mean = null, Tensor? running_var = null, Tensor? weight = null, Tensor? bias = null, bool use_input_stats = true, double momentum = 0.1, double eps = 1E-05) =>
                s_instanceNorm.Call(input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, true);

            public static Tensor max_pool2d(
                Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null, bool ceil_mode = false) =>
                s_maxPool2d.Call(input, Pair(kernel_size), Pair(stride ?? kernel_size), Pair(padding ?? (0, 0)), Pair(dilation ?? (1, 1)), ceil_mode);

            public static Tensor interpolate(
                Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false) =>
                mode == InterpolationMode.Bilinear ? s_bilinear.Call(x, size, align_corners ?? false) : s_nearest.Call(x, size);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                s_pad.Call(input, pad, value);

            public static Tensor binary_cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                s_bce.Call(input, target, weight, (long)reduction);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => s_mse.Call(input, target, (long)reduction);

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => s_softplus.Call(x, beta, threshold);

            private static long[] Pair((long High, long Wide) sides) => [sides.High, sides.Wide];
        }
    }
}
