using SegTrain.Core.Data;

namespace SegTrain.Core.Inspect;

/// <summary>Parts of an inspection in words, for terminal and page alike.</summary>
internal static class InspectionWords
{
    /// <example>54 png RGB 8 bit</example>
    public static string Of(FileKind kind) =>
        $"{kind.Files} {kind.Format} {kind.Channels switch { 1 => "grey", 2 => "grey with alpha", 3 => "RGB", 4 => "RGBA", var bands => $"{bands} bands" }} {(kind.Bits == 32 ? "floating point" : $"{kind.Bits} bit")}";

    /// <example>#000000 (302), #010000 (4)</example>
    public static string Of(StrayFile file)
    {
        const int Shown = 3;
        var first = string.Join(", ", file.Values.Take(Shown).Select(static value => $"{value.Value} ({value.Pixels})"));
        return file.Values.Count > Shown ? first + ", ..." : first;
    }

    /// <summary>A mask value; where classes are colours, so are black, white and grey.</summary>
    public static string Value(string value, ClassList classes) =>
        byte.TryParse(value, out var grey) && classes.Items.Any(static item => item.Value.StartsWith('#')) ? $"#{grey:X2}{grey:X2}{grey:X2}" : value;

    public static string Verdict(Inspection found)
    {
        var mend = found.Advice.Settings.Count > 0 ? " See the proposed configuration." : "";
        return found.Verdict switch
        {
            Inspect.Verdict.Refused => $"Not ready: {Count(found.Problems.Count, "problem")} that fit would stop at.{mend}",
            Inspect.Verdict.Warnings => $"Ready to train, with {Count(found.Warnings.Count, "thing")} to look at first.",
            _ => "Ready to train.",
        };
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
