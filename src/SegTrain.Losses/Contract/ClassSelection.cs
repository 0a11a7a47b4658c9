namespace SegTrain.Losses;

/// <summary>Which classes count in the mean of a loss: <c>all</c>, <c>present</c> in the target, or a list such as <c>[1,3]</c>.</summary>
public sealed record ClassSelection
{
    private ClassSelection(NumberList? indices, bool onlyPresent) => (Indices, OnlyPresent) = (indices, onlyPresent);

    /// <summary>Every class.</summary>
    public static ClassSelection All { get; } = new(null, onlyPresent: false);

    /// <summary>The classes that have a pixel in the target of the image, or of the batch when the reduction is by batch.</summary>
    public static ClassSelection Present { get; } = new(null, onlyPresent: true);

    /// <summary>The classes that count, from 0; null when they are not listed.</summary>
    public NumberList? Indices { get; }

    /// <summary>Whether a class without a pixel in the target is left out.</summary>
    public bool OnlyPresent { get; }

    /// <summary>These classes.</summary>
    /// <param name="indices">Class numbers from 0, at least one, none twice.</param>
    /// <returns>The selection.</returns>
    /// <exception cref="LossException">The list is empty, has a number twice, or one that is no class.</exception>
    public static ClassSelection Of(NumberList indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        if (indices.Count == 0) throw new LossException("classes is an empty list: name at least one class, or write classes=all");
        if (indices.Any(index => index < 0 || index != Math.Floor(index)))
        {
            throw new LossException($"classes={indices} is not a list of class numbers 0, 1, 2, ...");
        }
        if (indices.Distinct().Count() != indices.Count) throw new LossException($"classes={indices} names a class twice");
        return new ClassSelection(indices, onlyPresent: false);
    }

    /// <inheritdoc/>
    public override string ToString() => Indices?.ToString() ?? (OnlyPresent ? "present" : "all");
}
