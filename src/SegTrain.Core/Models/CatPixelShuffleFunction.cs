using SegTrain.Core.Engine;
using SegTrain.Kernels;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary><see cref="CatPixelShuffle"/> of tensors, with its gradients.</summary>
internal sealed unsafe class CatPixelShuffleFunction : autograd.SingleTensorFunction<CatPixelShuffleFunction>
{
    private const string Size = "size";
    private const string SkipLearns = "skip";
    private const string BlocksLearn = "blocks";

    public override string Name => nameof(CatPixelShuffleFunction);

    /// <param name="skip">(N, A, 2H, 2W), float32, on a CPU.</param>
    /// <param name="blocks">(N, 4B, H, W), float32, on a CPU.</param>
    /// <returns>(N, A + B, 2H, 2W), in the caller's dispose scope.</returns>
    public static Tensor Apply(Tensor skip, Tensor blocks)
    {
        if (!is_grad_enabled() || !(skip.requires_grad || blocks.requires_grad)) return Forward(skip, blocks);
        // TorchSharp makes a tensor of the result's size beside it, which nothing reads.
        using var scope = NewDisposeScope();
        return apply(skip, blocks).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (skip, blocks) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.save_data(Size, SizeOf(skip, blocks));
        ctx.save_data(SkipLearns, skip.requires_grad);
        ctx.save_data(BlocksLearn, blocks.requires_grad);
        return Forward(skip, blocks);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Backward.Return([grad_output], tensors: 2, others: 0, () =>
    {
        var size = (JoinSize)ctx.get_data(Size);
        var g = grad_output.contiguous();
        var skip = (bool)ctx.get_data(SkipLearns) ? empty([size.Images, size.Skipped, 2L * size.Height, 2L * size.Width]) : null;
        var blocks = (bool)ctx.get_data(BlocksLearn) ? empty([size.Images, 4L * size.Shuffled, size.Height, size.Width]) : null;
        CatPixelShuffle.Gradient(
            size, DenseMemory.Floats(g), skip is null ? null : DenseMemory.Floats(skip), blocks is null ? null : DenseMemory.Floats(blocks), get_num_threads());
        return [skip, blocks];
    });

    private static Tensor Forward(Tensor skip, Tensor blocks)
    {
        using var denseSkip = skip.contiguous();
        using var denseBlocks = blocks.contiguous();
        var size = SizeOf(skip, blocks);
        var y = empty([size.Images, size.Skipped + size.Shuffled, 2L * size.Height, 2L * size.Width]);
        CatPixelShuffle.Forward(size, DenseMemory.Floats(denseSkip), DenseMemory.Floats(denseBlocks), DenseMemory.Floats(y), get_num_threads());
        return y;
    }

    private static JoinSize SizeOf(Tensor skip, Tensor blocks)
    {
        var (of, by) = (skip.shape, blocks.shape);
        return new((int)by[0], (int)of[1], (int)by[1] / 4, (int)by[2], (int)by[3]);
    }
}
