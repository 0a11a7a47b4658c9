using System.Text.RegularExpressions;

namespace SegTrain.Core.Data.Splits;

/// <summary>What the attributes of the split keys cannot express.</summary>
internal static class SplitRules
{
    /// <exception cref="SegTrainException">A fold or pattern that means nothing.</exception>
    public static void Check(DataConfig config)
    {
        if (config.Fold is { } fold)
            ParseFold(fold);
        if (config.Group is { } group)
            ParseGroup(group);
    }

    /// <returns>The part for validation and the number of parts.</returns>
    public static (int Part, int Count) ParseFold(string text) =>
        text.Split('/') is [var first, var second] && int.TryParse(first, out var part) && int.TryParse(second, out var count) && part >= 0 && part < count && count is >= 2 and <= 1000
            ? (part, count)
            : throw new SegTrainException(ExitCode.Config, $"data.fold must be PART/COUNT with PART from 0 to COUNT - 1, as in 0/5, not '{text}'");

    public static Regex ParseGroup(string pattern)
    {
        try
        {
            // This kind takes time in proportion to the name, whatever the pattern.
            return new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new SegTrainException(ExitCode.Config, $"data.group: '{pattern}' is no regular expression that can be used: {e.Message}", e);
        }
    }
}
