using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SegTrain.Core.Config;

/// <summary>Values as YAML that any reader, of YAML 1.1 too, takes for the same values.</summary>
internal static partial class YamlText
{
    /// <summary>A scalar or a list of scalars on one line.</summary>
    public static string Of(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        int whole => whole.ToString(CultureInfo.InvariantCulture),
        double number => Number(number),
        Enum name => Quoted(ConfigKey.SnakeCase(name.ToString())),
        string text => Quoted(text),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(OfItem))}]",
        _ => throw new InvalidOperationException($"configuration records have no {value.GetType()} properties"),
    };

    /// <summary>
    /// The shortest text that reads back as the same number. YAML 1.1 takes an exponent for a number only after a point: 1.0e-08.
    /// </summary>
    public static string Number(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E', StringComparison.Ordinal);
        if (exponent < 0)
            return text;
        var digits = text[..exponent];
        return $"{(digits.Contains('.') ? digits : digits + ".0")}e{text[(exponent + 1)..]}";
    }

    /// <summary>Text in the quotes that it needs, usually none.</summary>
    public static string Quoted(string text, bool inList = false)
    {
        if (Bare().IsMatch(text) && !Special().IsMatch(text) && !(inList && text.AsSpan().ContainsAny(",[]{}")))
            return text;
        if (!text.Any(NeedsEscape))
            return $"'{text.Replace("'", "''")}'";
        var escaped = new StringBuilder("\"");
        foreach (var letter in text)
            escaped.Append(letter is '"' or '\\' ? $"\\{letter}" : NeedsEscape(letter) ? $"\\u{(int)letter:x4}" : letter.ToString());
        return escaped.Append('"').ToString();
    }

    private static string OfItem(object? item) => item is string text ? Quoted(text, inList: true) : Of(item);

    /// <summary>Control characters, and what YAML takes for a line break or a byte order mark.</summary>
    private static bool NeedsEscape(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\uFEFF';

    /// <summary>Starts harmlessly, has no ": " and no " #", and neither doubled blanks nor one at the end.</summary>
    [GeneratedRegex(@"\A[\p{L}\p{Nd}_./+\\~$(-]([^\p{C}\p{Z}:#]|:(?=\S)|(?<=\S)#| (?=[^ #]))*\z")]
    private static partial Regex Bare();

    /// <summary>What stands for nothing, a truth value, a number, a time or a part of YAML's own grammar when it has no quotes.</summary>
    [GeneratedRegex(@"\A(~|null|true|false|yes|no|on|off|y|n|[-+]?\.(inf|nan)|[-+.]?[0-9][0-9a-fxo_.:+\-tz ]*|-|- .*|---.*|\.\.\.)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Special();
}
