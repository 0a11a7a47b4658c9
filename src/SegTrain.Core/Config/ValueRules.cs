using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace SegTrain.Core.Config;

/// <summary>What the attributes of a key demand of its value, as a check and as words.</summary>
internal static class ValueRules
{
    /// <summary>The kind of value in words that follow "must be".</summary>
    public static string Kind(Type type) =>
        type == typeof(int) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(bool) ? "true or false"
        : type.IsEnum ? Either(Names(type))
        : "text";

    public static IReadOnlyList<string> Names(Type enumeration) => [.. Enum.GetNames(enumeration).Select(ConfigKey.SnakeCase)];

    /// <summary>
    /// What a value breaks, in words; null when it is fine. The rules of a list key, other than its length, hold for each item.
    /// </summary>
    public static string? Broken(ConfigKey key, object value, string text)
    {
        foreach (var rule in key.Rules)
        {
            var broken = rule switch
            {
                RequiredAttribute => value is "" ? "must not be empty" : null,
                RangeAttribute range => Within(range, value) ? null : $"must be {Text(range)}, not {text}",
                AllowedValuesAttribute allowed => allowed.IsValid(value) ? null : $"must be {Text(allowed)}, not {text}",
                LengthAttribute => null,
                _ => rule.IsValid(value) ? null : $"{rule.FormatErrorMessage(key.Path)}, not '{text}'",
            };
            if (broken is not null)
                return broken;
        }
        return null;
    }

    public static string? BrokenByCount(ConfigKey key, int count) =>
        key.Rules.OfType<LengthAttribute>().FirstOrDefault() is { } length && (count < length.MinimumLength || count > length.MaximumLength)
            ? $"must have {Text(length)}, not {count}"
            : null;

    /// <summary>The allowed values for the reference; empty when the type says it all.</summary>
    public static string Text(ConfigKey key) => string.Join("; ", key.Rules.Select(static rule => rule switch
    {
        RangeAttribute range => Text(range),
        AllowedValuesAttribute allowed => Text(allowed),
        LengthAttribute length => Text(length),
        RequiredAttribute => "not empty",
        _ => rule.ErrorMessage?.Replace("must be ", "") ?? "",
    }));

    private static string Text(RangeAttribute range) =>
        $"{(range.MinimumIsExclusive ? "above" : "from")} {Bound(range.Minimum)} "
        + $"{(range.MaximumIsExclusive ? "to below" : "to")} {Bound(range.Maximum)}";

    private static string Text(AllowedValuesAttribute allowed) => Either([.. allowed.Values.Select(static value => $"{value}")]);

    private static string Text(LengthAttribute length) =>
        length.MinimumLength == length.MaximumLength
            ? $"{length.MinimumLength} items"
            : $"{length.MinimumLength} to {length.MaximumLength} items";

    /// <summary>RangeAttribute's own check rounds: with integer bounds 0 and 1 it lets 1.4 pass.</summary>
    private static bool Within(RangeAttribute range, object value)
    {
        var (number, low, high) = (Number(value), Number(range.Minimum), Number(range.Maximum));
        return (range.MinimumIsExclusive ? number > low : number >= low) && (range.MaximumIsExclusive ? number < high : number <= high);
    }

    private static double Number(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static string Bound(object value) => YamlText.Number(Number(value));

    private static string Either(IReadOnlyList<string> names) =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";
}
