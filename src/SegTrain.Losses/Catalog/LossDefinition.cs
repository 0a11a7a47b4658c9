using TorchSharp;

namespace SegTrain.Losses;

/// <summary>One loss of the catalog: its texts, its parameters and its function.</summary>
public sealed class LossDefinition
{
    /// <summary>Its name in an expression.</summary>
    public required string Name { get; init; }

    /// <summary>Other names in an expression.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The group that it is listed in.</summary>
    public required LossFamily Family { get; init; }

    /// <summary>What it is, in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>The formula, in one to four lines.</summary>
    public required string Formula { get; init; }

    /// <summary>The range of its values.</summary>
    public required string Values { get; init; }

    /// <summary>Where it comes from: authors, year, title, arXiv number.</summary>
    public required string Paper { get; init; }

    /// <summary>When to use it.</summary>
    public required string Advice { get; init; }

    /// <summary>An expression that uses it.</summary>
    public required string Example { get; init; }

    /// <summary>The modes that it has no meaning in, each with the reason.</summary>
    public Dictionary<SegmentationMode, string> Refusals { get; } = [];

    /// <summary>What is odd about it, when it is kept only to reproduce others' numbers; else null.</summary>
    public LossOddity? Oddity { get; init; }

    /// <summary>Whether a prediction that is right beyond doubt costs 0 with the default parameters.</summary>
    public bool IsZeroWhenPerfect { get; init; } = true;

    /// <summary>A learning rate for AdamW that suits it when the user names none.</summary>
    public double DefaultLearningRate { get; init; } = 2e-3;

    /// <summary>Whether it asks for <see cref="LossInput.Distances"/>, which a loader can make ahead of the step.</summary>
    public bool NeedsDistances { get; init; }

    /// <summary>Its parameters at their defaults.</summary>
    public required LossSettings Defaults { get; init; }

    /// <summary>Its parameters in the order in which they are printed: its own before the shared ones.</summary>
    public IReadOnlyList<LossParameter> Parameters => field ??= LossParameter.AllOf(Defaults);

    /// <summary>The modes that it works in.</summary>
    public IEnumerable<SegmentationMode> Modes => Enum.GetValues<SegmentationMode>().Where(mode => !Refusals.ContainsKey(mode));

    /// <summary>The loss itself: a batch and settings of the type of <see cref="Defaults"/> to a scalar.</summary>
    public required Func<LossInput, LossSettings, torch.Tensor> Function { get; init; }

    /// <summary>Whether a name or an alias is this one's.</summary>
    /// <param name="name">The name; upper and lower case, and - and _, are the same.</param>
    /// <returns>Whether it is.</returns>
    public bool IsNamed(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var wanted = name.Replace('_', '-');
        return Aliases.Prepend(Name).Contains(wanted, StringComparer.OrdinalIgnoreCase);
    }
}
