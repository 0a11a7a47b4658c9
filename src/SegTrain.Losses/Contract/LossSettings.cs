namespace SegTrain.Losses;

/// <summary>The parameters of one loss; every settable property is one, described by its <see cref="LossParameterAttribute"/>.</summary>
public abstract record LossSettings
{
    /// <summary>Refuses what a task gives no meaning to; the message is put into its place by the caller.</summary>
    internal virtual void Check(LossTask task)
    {
    }
}

/// <summary>Describes a property of a settings record: the text for the user, and the range that is accepted.</summary>
/// <param name="description">What the parameter does, in words for the user.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LossParameterAttribute(string description) : Attribute
{
    /// <summary>What the parameter does.</summary>
    public string Description { get; } = description;

    /// <summary>Smallest value of a number, or of every number of a list.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Largest value of a number, or of every number of a list.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>Whether <see cref="Min"/> itself is refused.</summary>
    public bool AboveMin { get; init; }

    /// <summary>Whether <see cref="Max"/> itself is refused.</summary>
    public bool BelowMax { get; init; }

    /// <summary>Other names of the parameter, separated by commas.</summary>
    public string Aliases { get; init; } = "";
}
