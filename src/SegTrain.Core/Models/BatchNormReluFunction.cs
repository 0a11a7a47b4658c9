using SegTrain.Core.Engine;
using SegTrain.Kernels;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary><see cref="BatchNormRelu"/> of tensors, with its gradients. Between the passes it keeps x and two numbers a channel.</summary>
internal sealed unsafe class BatchNormReluFunction : autograd.SingleTensorFunction<BatchNormReluFunction>
{
    private const string Known = "channels";
    private const string InputLearns = "input";
    private const string ScaleLearns = "scale";
    private const string ShiftLearns = "shift";

    public override string Name => nameof(BatchNormReluFunction);

    /// <param name="x">(N, C, H, W), float32, on a CPU.</param>
    /// <param name="scale">(C).</param>
    /// <param name="shift">(C).</param>
    /// <param name="running">What inference goes by.</param>
    /// <param name="momentum">The batch's share in it, where x is normalised by its own moments; null where it is by what is known.</param>
    /// <returns>(N, C, H, W), in the caller's dispose scope.</returns>
    public static Tensor Apply(Tensor x, Tensor scale, Tensor shift, RunningMoments running, double? momentum)
    {
        using var scope = NewDisposeScope();
        var dense = x.contiguous();
        var size = SizeOf(dense);
        var moments = momentum is null ? running.Read() : BatchNormRelu.Moments(size, DenseMemory.Floats(dense), get_num_threads());
        if (momentum is { } share) running.Follow(moments, size.Values, share);
        using var denseScale = scale.contiguous();
        using var denseShift = shift.contiguous();
        var (factors, addends) = (Values(denseScale), Values(denseShift));
        var lines = moments.Select((channel, c) => ChannelLine.Of(channel, Operators.Epsilon, factors[c], addends[c])).ToArray();
        var learns = is_grad_enabled() && (x.requires_grad || scale.requires_grad || shift.requires_grad);
        // TorchSharp makes a tensor of the result's size beside it, which nothing reads.
        return (learns ? apply(dense, scale, shift, new Channels(moments, lines, momentum is not null)) : Forward(dense, lines)).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, channels) = ((Tensor)vars[0], (Channels)vars[3]);
        ctx.save_for_backward([x]);
        ctx.save_data(Known, channels);
        ctx.save_data(InputLearns, x.requires_grad);
        ctx.save_data(ScaleLearns, ((Tensor)vars[1]).requires_grad);
        ctx.save_data(ShiftLearns, ((Tensor)vars[2]).requires_grad);
        return Forward(x, channels.Lines);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Backward.Return([grad_output], tensors: 3, others: 1, () =>
    {
        var (x, g) = (ctx.get_saved_variables()[0], grad_output.contiguous());
        var (moments, lines, takePart) = (Channels)ctx.get_data(Known);
        var (inputLearns, scaleLearns, shiftLearns) = ((bool)ctx.get_data(InputLearns), (bool)ctx.get_data(ScaleLearns), (bool)ctx.get_data(ShiftLearns));
        // The graph itself would keep them until the last gradient of the net is known.
        ctx.Dispose();
        var (size, threads) = (SizeOf(x), get_num_threads());
        var sums = takePart || scaleLearns || shiftLearns ? BatchNormRelu.Sums(size, DenseMemory.Floats(x), DenseMemory.Floats(g), lines, threads) : [];
        return [inputLearns ? OfInput() : null, scaleLearns ? OfScale() : null, shiftLearns ? PerChannel(c => sums[c].Gradient) : null];

        Tensor OfInput()
        {
            var slopes = takePart ? lines.Select((line, c) => ChannelSlope.Of(moments[c], Operators.Epsilon, line, sums[c], size.Values)).ToArray() : null;
            var result = empty(x.shape);
            BatchNormRelu.InputGradient(size, DenseMemory.Floats(x), DenseMemory.Floats(g), lines, slopes, DenseMemory.Floats(result), threads);
            return result;
        }

        Tensor OfScale() => PerChannel(c => sums[c].OfScale(moments[c], Operators.Epsilon));

        Tensor PerChannel(Func<int, double> gradient) => tensor([.. Enumerable.Range(0, size.Channels).Select(c => (float)gradient(c))], [size.Channels]);
    });

    private static Tensor Forward(Tensor dense, ChannelLine[] lines)
    {
        var y = empty(dense.shape);
        BatchNormRelu.Forward(SizeOf(dense), DenseMemory.Floats(dense), lines, DenseMemory.Floats(y), get_num_threads());
        return y;
    }

    private static ChannelSize SizeOf(Tensor x)
    {
        var shape = x.shape;
        return new((int)shape[0], (int)shape[1], checked((int)(shape[2] * shape[3])));
    }

    private static float[] Values(Tensor perChannel) => new ReadOnlySpan<float>(DenseMemory.Floats(perChannel), (int)perChannel.NumberOfElements).ToArray();

    /// <param name="Moments">What x is normalised by.</param>
    /// <param name="Lines">What that comes to.</param>
    /// <param name="TakePart">Whether the moments are those of x.</param>
    private sealed record Channels(ChannelMoments[] Moments, ChannelLine[] Lines, bool TakePart);
}
