using System.Collections;
using System.Text;

namespace SegTrain.Core.Config;

/// <summary>A configuration as YAML that reads back as the same configuration.</summary>
internal static class ConfigWriter
{
    /// <summary>Comments start here, or one blank after a longer line.</summary>
    private const int CommentColumn = 40;

    /// <summary>The config.yaml of a run folder.</summary>
    public static string Write(RunConfig run) => Write(run, static _ => null);

    /// <summary>What <c>--print-config</c> prints: each value with where it came from.</summary>
    public static string WriteWithOrigins(EffectiveConfig config) =>
        Write(config.Run, key => config.OriginOf(key.Path).Label.ReplaceLineEndings(" "));

    /// <param name="run">The values.</param>
    /// <param name="comment">The remark at the end of a key's line; null for none.</param>
    private static string Write(RunConfig run, Func<ConfigKey, string?> comment)
    {
        var yaml = new StringBuilder();
        Section(yaml, "", run, ConfigSchema.Top, comment);
        return yaml.ToString();
    }

    private static void Section(
        StringBuilder yaml, string indent, object record, IReadOnlyList<ConfigKey> keys, Func<ConfigKey, string?> comment)
    {
        foreach (var key in keys)
        {
            var value = key.Property.GetValue(record);
            if (key.IsSection)
            {
                yaml.Append(indent).Append(key.Name).Append(":\n");
                Section(yaml, indent + "  ", value!, key.Children, comment);
            }
            else if (key.Children.Count > 0 && value is ICollection { Count: > 0 } items)
            {
                Line(yaml, $"{indent}{key.Name}:", comment(key));
                foreach (var item in items)
                    Item(yaml, indent + "  ", item, key.Children);
            }
            else
            {
                Line(yaml, $"{indent}{key.Name}: {YamlText.Of(value)}", comment(key));
            }
        }
    }

    private static void Item(StringBuilder yaml, string indent, object item, IReadOnlyList<ConfigKey> keys)
    {
        var fields = keys.Select(key => $"{key.Name}: {YamlText.Of(key.Property.GetValue(item))}");
        yaml.Append(indent).Append("- ").AppendJoin($"\n{indent}  ", fields).Append('\n');
    }

    private static void Line(StringBuilder yaml, string text, string? comment) =>
        yaml.Append(comment is null ? text : $"{text.PadRight(CommentColumn - 1)} # {comment}").Append('\n');
}
