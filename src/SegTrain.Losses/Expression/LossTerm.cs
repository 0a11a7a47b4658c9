namespace SegTrain.Losses;

/// <summary>One summand of a loss expression.</summary>
/// <param name="Weight">Its factor.</param>
/// <param name="Definition">The loss.</param>
/// <param name="Settings">The parameters.</param>
/// <param name="Column">Where its name stands in the expression, from 1.</param>
public sealed record LossTerm(LossWeight Weight, LossDefinition Definition, LossSettings Settings, int Column = 1)
{
    /// <summary>The term as it is written: the weight unless it is 1, the parameters that are not at their defaults.</summary>
    /// <returns>Such as <c>0.5*dice(smooth=1)</c>.</returns>
    public override string ToString() => Text(all: false);

    /// <summary>The term with one parameter set; itself when it has none of that name.</summary>
    internal LossTerm With(string parameter, double value)
    {
        if (Definition.Parameters.FirstOrDefault(known => known.IsNamed(parameter)) is not { } found) return this;
        var settings = Settings with { };
        found.Set(settings, value);
        return this with { Settings = settings };
    }

    internal string Text(bool all)
    {
        var written = Definition.Parameters
            .Select(parameter => (parameter.Name, Value: parameter.ValueIn(Settings), parameter.Default))
            .Where(parameter => all || parameter.Value != parameter.Default)
            .Select(parameter => $"{parameter.Name}={parameter.Value}")
            .ToList();
        var weight = Weight == LossWeight.Constant(1) ? "" : $"{Weight}*";
        return weight + Definition.Name + (written.Count == 0 ? "" : $"({string.Join(", ", written)})");
    }
}
