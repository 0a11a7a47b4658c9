namespace SegTrain.Losses;

/// <summary>A weighted sum of losses as the user writes it, such as <c>0.5*bce + 0.5*tversky(alpha=0.3, beta=0.7)</c>.</summary>
public sealed class LossExpression
{
    private readonly string _source;

    private LossExpression(string source, IReadOnlyList<LossTerm> terms) => (_source, Terms) = (source, terms);

    /// <summary>The summands, at least one.</summary>
    public IReadOnlyList<LossTerm> Terms { get; }

    /// <summary>The expression with every parameter spelled out, so that it means the same when a default changes.</summary>
    public string FullText => string.Join(" + ", Terms.Select(term => term.Text(all: true)));

    /// <summary>Whether a parameter follows from the pixels of each class in the training masks, <see cref="LossTask.PixelCounts"/>.</summary>
    public bool NeedsPixelCounts => Terms.Any(term => term.Definition.Parameters
        .Any(parameter => parameter.In(term.Settings) is ClassWeights { Balance: not null }));

    /// <summary>Whether every term has a meaning in a mode.</summary>
    /// <param name="mode">The mode.</param>
    /// <returns>Whether it has.</returns>
    public bool Takes(SegmentationMode mode) => Terms.All(term => !term.Definition.Refusals.ContainsKey(mode));

    /// <summary>
    /// Reads an expression: terms joined by <c>+</c>; a term is a name, before it a weight and <c>*</c>, after it parameters in
    /// parentheses. Values are numbers, words, and lists of numbers such as <c>[1,2,0.5]</c>. A weight is a number, or changes over the
    /// epochs, as <c>linear(1, 0, epochs=20)</c> does. Spaces are free.
    /// </summary>
    /// <param name="text">The expression.</param>
    /// <returns>The expression.</returns>
    /// <exception cref="LossException">It cannot be read; the message says what, in which column, and what to do.</exception>
    public static LossExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var terms = new LossParser(text).Read();
        // Weights reach 0 in the first epoch or when their time is over: if all are 0 at once, it begins in one of these.
        foreach (var epoch in terms.Select(term => term.Weight.Epochs).Prepend(0))
        {
            if (terms.All(term => term.Weight.At(epoch) == 0))
            {
                throw new LossException($"no loss has a weight in epoch {epoch + 1}: give one a weight above 0 there", text, 1);
            }
        }
        return new LossExpression(text, terms);
    }

    /// <summary>The same with one parameter set in every term that has it.</summary>
    /// <exception cref="LossException">No term has it, or the value is out of range.</exception>
    internal LossExpression With(string parameter, double value)
    {
        if (!Terms.Any(term => term.Definition.Parameters.Any(known => known.IsNamed(parameter))))
        {
            throw new LossException($"{this} has no parameter '{parameter}': 'segtrain losses show NAME' lists those of a loss");
        }
        return new LossExpression(_source, [.. Terms.Select(term => term.With(parameter, value))]);
    }

    /// <summary>Makes the loss for a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="LossException">A loss has no meaning in the task, or a parameter does not fit it.</exception>
    public Loss Build(LossTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        foreach (var term in Terms)
        {
            if (term.Definition.Refusals.TryGetValue(task.Mode, out var reason))
            {
                throw new LossException($"{term.Definition.Name} in a {task.ModeName} task: {reason}", _source, term.Column);
            }
            try
            {
                term.Settings.Check(task);
            }
            catch (LossException failure)
            {
                throw new LossException($"{term.Definition.Name}: {failure.Message}", _source, term.Column);
            }
        }
        return new Loss(this, task);
    }

    /// <summary>The expression in its canonical form, which reads back to the same.</summary>
    /// <returns>Weights that are not 1 and parameters that are not at their defaults.</returns>
    public override string ToString() => string.Join(" + ", Terms);
}
