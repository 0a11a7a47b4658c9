using System.Globalization;

namespace SegTrain.Core.Recipe;

/// <summary>A length of training: <c>90s</c>, <c>30m</c>, <c>1.5h</c> or <c>10000steps</c>.</summary>
/// <param name="Time">Null for a number of steps.</param>
/// <param name="Steps">Null for a time.</param>
internal readonly record struct RunLength(TimeSpan? Time, long? Steps)
{
    /// <summary>What a config key of this kind must look like.</summary>
    public const string Pattern = @"[1-9][0-9]{0,11}steps|(?=[0-9.]*[1-9])[0-9]{1,7}(\.[0-9]{1,3})?[smh]";

    /// <param name="text">Of the form <see cref="Pattern"/>; null or empty for none.</param>
    public static RunLength? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (text.EndsWith("steps", StringComparison.Ordinal)) return new(null, long.Parse(text[..^"steps".Length], CultureInfo.InvariantCulture));
        var number = double.Parse(text[..^1], CultureInfo.InvariantCulture);
        return new(text[^1] switch { 's' => TimeSpan.FromSeconds(number), 'm' => TimeSpan.FromMinutes(number), _ => TimeSpan.FromHours(number) }, null);
    }
}
