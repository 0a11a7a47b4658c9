using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>The loss of a network that puts out logits in several resolutions, the finest first.</summary>
/// <param name="loss">The loss of each resolution.</param>
public sealed class DeepSupervision(Loss loss)
{
    /// <summary>
    /// sum(w_i l_i) / sum(w_i) with w_i = 1 / 2^i, and l_i the loss of the i-th output against the target in its size: of each place the
    /// pixel at its upper left end, so that classes and ignored pixels stay what they are.
    /// </summary>
    /// <param name="outputs">Logits (N, C, H_i, W_i), at least one, the finest first.</param>
    /// <param name="targets">The truth in its full size; see <see cref="LossInput.Prepare"/>.</param>
    /// <param name="epoch">How many epochs are finished, from 0: what weights that change depend on.</param>
    /// <param name="distances">What <see cref="Loss.Distances"/> made of the targets, for outputs in their full size; null when nobody did.</param>
    /// <returns>A scalar in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="LossException">There is no output, or one does not fit the task.</exception>
    /// <remarks>Lee et al. 2014, Deeply-supervised nets, arXiv:1409.5185; the weights are those of nnU-Net, arXiv:1809.10486.</remarks>
    /// <example>Losses 0.3 and 0.6 of two resolutions: (0.3 + 0.6 / 2) / 1.5 = 0.4.</example>
    public Tensor Compute(IReadOnlyList<Tensor> outputs, Tensor targets, int epoch = 0, Tensor? distances = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (outputs.Count == 0) throw new LossException("there is no output to compute a loss of: pass at least one");
        using var scope = NewDisposeScope();
        var total = 2 - Math.Pow(0.5, outputs.Count - 1);
        return outputs
            .Select((logits, i) => (Share: Math.Pow(0.5, i) / total, Value: Of(logits)))
            .Select(output => output.Value.Times(output.Share))
            .Aggregate((sum, value) => sum.Plus(value))
            .MoveToOuterDisposeScope();

        Tensor Of(Tensor logits)
        {
            var truth = Nearest(targets, logits.shape[^2..]);
            return loss.Compute(logits, truth, epoch, ReferenceEquals(truth, targets) ? distances : null);
        }
    }

    private static Tensor Nearest(Tensor targets, long[] size)
    {
        for (var axis = 0; axis < 2; axis++)
        {
            var dim = targets.ndim - 2 + axis;
            var (from, to) = (targets.shape[(int)dim], size[axis]);
            if (from == to) continue;
            var places = tensor([.. Enumerable.Range(0, (int)to).Select(i => i * from / to)], [to]);
            targets = targets.index_select(dim, places.to(targets.device, non_blocking: true));
        }
        return targets;
    }
}
