using System.Globalization;
using System.Text;

namespace SegTrain.Losses;

/// <summary>The catalog as text for a terminal; LibTorch is not loaded.</summary>
public static class LossReference
{
    private const int Width = 96;

    /// <summary>All losses by family, one a line, and how to write an expression.</summary>
    /// <returns>Lines of at most 96 characters.</returns>
    public static string List()
    {
        var text = new StringBuilder();
        var widest = LossCatalog.All.Max(loss => loss.Name.Length);
        foreach (var family in LossCatalog.All.GroupBy(loss => loss.Family).OrderBy(family => family.Key))
        {
            text.AppendLine(family.Key.ToString());
            foreach (var loss in family)
            {
                var line = loss.Summary + (loss.Aliases.Count == 0 ? "" : $" (also {string.Join(", ", loss.Aliases)})");
                Wrap(text, "  " + loss.Name.PadRight(widest) + "  ", line);
            }
            text.AppendLine();
        }
        Wrap(text, "", "Write a name, parameters in parentheses, or a weighted sum: tversky, tversky(alpha=0.3, beta=0.7), "
            + "0.5*bce + 0.5*dice(smooth=1). A weight may change over the epochs: linear(1, 0, epochs=20)*ce + dice; also "
            + $"{string.Join(", ", WeightSchedule.All.Skip(1).Select(schedule => schedule.Name))}.");
        return text.ToString();
    }

    /// <summary>The page of one loss: formula, parameters with defaults and ranges, paper, when to use it, an example.</summary>
    /// <param name="name">Its name or an alias.</param>
    /// <returns>Lines of at most 96 characters.</returns>
    /// <exception cref="LossException">There is none of that name; the message offers the nearest and lists all.</exception>
    public static string Show(string name)
    {
        var loss = LossCatalog.Get(name);
        var text = new StringBuilder();
        Wrap(text, $"{loss.Name}: ", loss.Summary);
        text.AppendLine();
        foreach (var line in loss.Formula.Split('\n')) text.Append("  ").AppendLine(line.TrimEnd('\r'));
        text.AppendLine();
        if (loss.Oddity is { } oddity)
        {
            Fact(text, "odd", oddity.What);
            Fact(text, "prefer", oddity.Prefer);
        }
        Fact(text, "family", loss.Family.ToString());
        Fact(text, "values", loss.Values);
        if (loss.Aliases.Count > 0) Fact(text, "also", string.Join(", ", loss.Aliases));
        Fact(text, "modes", string.Join(", ", loss.Modes.Select(mode => mode.ToString().ToLowerInvariant())));
        foreach (var (mode, reason) in loss.Refusals) Fact(text, "", $"not {mode.ToString().ToLowerInvariant()}: {reason}");
        Fact(text, "lr", string.Create(CultureInfo.InvariantCulture, $"{loss.DefaultLearningRate} unless the optimizer is given one"));
        Fact(text, "paper", loss.Paper);
        Fact(text, "use", loss.Advice);
        Fact(text, "example", loss.Example);
        text.AppendLine().AppendLine(loss.Parameters.Count == 0 ? "no parameters" : "parameters");
        foreach (var parameter in loss.Parameters)
        {
            var names = parameter.Name + (parameter.Aliases.Count == 0 ? "" : $" (or {string.Join(", ", parameter.Aliases)})");
            text.AppendLine(CultureInfo.InvariantCulture, $"  {names} = {parameter.Default}");
            Wrap(text, "      ", $"{parameter.Description}: {parameter.Kind}");
        }
        return text.ToString();
    }

    private static void Fact(StringBuilder text, string label, string fact) => Wrap(text, label.PadRight(9), fact);

    /// <summary>Breaks a text between words; what follows the first line is set in as far as the prefix is wide.</summary>
    private static void Wrap(StringBuilder text, string prefix, string words)
    {
        var line = new StringBuilder(prefix);
        foreach (var word in words.Split(' '))
        {
            if (line.Length + word.Length > Width)
            {
                text.AppendLine(line.ToString().TrimEnd());
                line.Clear().Append(' ', prefix.Length);
            }
            line.Append(word).Append(' ');
        }
        text.AppendLine(line.ToString().TrimEnd());
    }
}
