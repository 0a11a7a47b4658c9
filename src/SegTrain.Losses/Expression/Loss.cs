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

    /// <summary>The loss of a batch. The device is not waited for.</summary>
    /// <param name="logits">(N, C, H, W), any floating type; see <see cref="LossInput.Prepare"/>.</param>
    /// <param name="targets">The truth; see <see cref="LossInput.Prepare"/>. Values are not looked at: see <see cref="CheckTargets"/>.</param>
    /// <returns>A scalar, float32 or float64, in the caller's dispose scope. 0 with zero gradient when every pixel is ignored.</returns>
    /// <exception cref="LossException">A shape or a type does not fit the task.</exception>
    public Tensor Compute(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var input = LossInput.Prepare(Task, logits, targets);
        return Expression.Terms
            .Select(term => (term.Weight, Value: term.Definition.Function(input, term.Settings)))
            .Select(term => term.Weight == 1 ? term.Value : term.Value * term.Weight)
            .Aggregate((sum, value) => sum + value)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Looks at the values of a target; waits for the device, so call it for the first batch and not for all.</summary>
    /// <param name="targets">The truth.</param>
    /// <exception cref="LossException">A value is no class and is not ignored; the message says what to do.</exception>
    public void CheckTargets(Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        using var scope = NewDisposeScope();
        if (targets.dtype == ScalarType.Bool) return;
        var values = targets.reshape(-1).to(float64);
        if (Task.IgnoreIndex is { } ignored) values = values.masked_fill(values.eq(ignored), 0);
        var (least, most) = (-values.neg().amax(0).item<double>(), values.amax(0).item<double>());
        var last = targets.ndim == 3 ? Task.Classes - 1 : 1;
        if (least >= 0 && most <= last) return;
        var advice = most == 255 && last == 1 && Task.IgnoreIndex != 255
            ? "a 0/255 mask: divide it by 255"
            : "number the classes from 0, or name the value that is to be ignored";
        throw new LossException($"a target has the value {(least < 0 ? least : most)}, but this task has 0 to {last}: {advice}");
    }
}
