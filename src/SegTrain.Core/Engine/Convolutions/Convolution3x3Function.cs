using SegTrain.Kernels;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine.Convolutions;

/// <summary>3x3 convolutions of float32 on a CPU by <see cref="Convolution3x3"/>.</summary>
internal sealed unsafe class Convolution3x3Function : autograd.SingleTensorFunction<Convolution3x3Function>
{
    private const string InputLearns = "input";
    private const string WeightLearns = "weight";

    public override string Name => nameof(Convolution3x3Function);

    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weight">(D, C, 3, 3).</param>
    /// <param name="bias">(D), or none.</param>
    /// <param name="relu">Whether what is below 0 becomes 0; only where nothing is learnt.</param>
    /// <returns>(N, D, H, W).</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias, bool relu)
    {
        var learns = is_grad_enabled() && (x.requires_grad || weight.requires_grad || bias?.requires_grad == true);
        if (!learns) return Forward(x, weight, bias, relu);
        // TorchSharp makes a tensor of the result's size beside it, which nothing reads.
        using var scope = NewDisposeScope();
        var y = apply(x, weight).MoveToOuterDisposeScope();
        if (bias is not null) y = y.Plus_(bias.reshape(-1, 1, 1));
        return relu ? y.relu_() : y;
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_for_backward([x, weight]);
        ctx.save_data(InputLearns, x.requires_grad);
        ctx.save_data(WeightLearns, weight.requires_grad);
        return Forward(x, weight, null, relu: false);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Backward.Return([grad_output], tensors: 2, others: 0, () =>
    {
        var saved = ctx.get_saved_variables();
        var (x, weight, g) = (saved[0], saved[1], grad_output.contiguous());
        // The graph itself would keep them until the last gradient of the net is known.
        ctx.Dispose();
        return
        [
            (bool)ctx.get_data(InputLearns) ? InputGradient(x, g, weight) : null,
            (bool)ctx.get_data(WeightLearns) ? WeightGradient(x, g, weight) : null,
        ];
    });

    private static Tensor Forward(Tensor x, Tensor weight, Tensor? bias, bool relu)
    {
        using var dense = x.contiguous();
        using var denseWeight = weight.contiguous();
        using var denseBias = bias?.contiguous();
        var size = Size(dense, denseWeight);
        var y = empty([size.Images, size.Outputs, size.Height, size.Width]);
        Convolution3x3.Forward(size, DenseMemory.Floats(dense), DenseMemory.Floats(denseWeight), denseBias is null ? null : DenseMemory.Floats(denseBias), relu, DenseMemory.Floats(y));
        return y;
    }

    private static Tensor InputGradient(Tensor x, Tensor g, Tensor weight)
    {
        using var denseWeight = weight.contiguous();
        var result = empty(x.shape);
        Convolution3x3.InputGradient(Size(x, weight), DenseMemory.Floats(g), DenseMemory.Floats(denseWeight), DenseMemory.Floats(result));
        return result;
    }

    private static Tensor WeightGradient(Tensor x, Tensor g, Tensor weight)
    {
        using var dense = x.contiguous();
        var result = empty(weight.shape);
        Convolution3x3.WeightGradient(Size(x, weight), DenseMemory.Floats(dense), DenseMemory.Floats(g), DenseMemory.Floats(result));
        return result;
    }

    private static ConvolutionSize Size(Tensor x, Tensor weight)
    {
        var (of, by) = (x.shape, weight.shape);
        return new((int)of[0], (int)of[1], (int)by[0], (int)of[2], (int)of[3]);
    }
}
