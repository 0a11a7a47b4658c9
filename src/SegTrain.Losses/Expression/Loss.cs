using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>A loss made for a task.</summary>
public sealed class Loss
{
    internal Loss(LossExpression expression, LossTask task) => (Expression, Task) = (expression, task);

    /// <summary>What it was made from.</summary>
    public LossExpression Expression { get; }

    /// <summary>What it was made for.</summary>
    public LossTask Task { get; }

    /// <summary>A learning rate for AdamW when the user names none: the smallest of its terms'.</summary>
    public double DefaultLearningRate => Expression.Terms.Min(term => term.Definition.DefaultLearningRate);

    /// <summary>What makes the distance maps that it asks for; null when it needs none.</summary>
    public DistanceMap? Distances => Expression.Terms.Any(term => term.Definition.NeedsDistances) ? new DistanceMap(Task) : null;

    /// <summary>The loss of a batch. The device is not waited for, unless the page of a loss says so.</summary>
    /// <param name="logits">(N, C, H, W), any floating type; see <see cref="LossInput.Prepare"/>.</param>
    /// <param name="targets">The truth; see <see cref="LossInput.Prepare"/>. Of values see <see cref="CheckTargets"/>.</param>
    /// <param name="epoch">How many epochs are finished, from 0: what weights that change depend on. A term without weight is left out.</param>
    /// <param name="distances">What <see cref="Distances"/> made of the targets, on the device of the logits; null when nobody did.</param>
    /// <returns>A scalar, float32 or float64, in the caller's dispose scope. 0 with zero gradient when every pixel is ignored.</returns>
    /// <exception cref="LossException">A shape, a type or a value does not fit the task.</exception>
    public Tensor Compute(Tensor logits, Tensor targets, int epoch = 0, Tensor? distances = null)
    {
        using var scope = NewDisposeScope();
        var input = LossInput.Prepare(Task, logits, targets, distances);
        return Expression.Terms
            .Select(term => (Weight: term.Weight.At(epoch), term.Definition, term.Settings))
            .Where(term => term.Weight > 0)
            .Select(term => (term.Weight, Value: term.Definition.Function(input, term.Settings)))
            .Select(term => term.Value.Times(term.Weight))
            .Aggregate((sum, value) => sum.Plus(value))
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Looks at the values of a target. <see cref="Compute"/> does so for bytes on the CPU, where it is free; elsewhere the device is
    /// waited for, so call this for the first batch and not for all.
    /// </summary>
    /// <param name="targets">The truth.</param>
    /// <exception cref="LossException">A value is no class and is not ignored; the message says what to do.</exception>
    public void CheckTargets(Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        TargetValues.Check(Task, targets);
    }
}
