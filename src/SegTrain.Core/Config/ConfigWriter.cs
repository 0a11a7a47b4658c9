using System.Collections;
using System.Text;

namespace SegTrain.Core.Config;

/// <summary>A configuration as YAML that reads back as the same configuration.</summary>
internal static class ConfigWriter
{
    /// <summary>Comments start here, or one blank after a longer line.</summary>
    private const int CommentColumn = 40;

    /// <summary>The config.yaml of a run folder.</summary>
    public static string Write<T>(T config) where T : class => Write(config, static _ => null);

    /// <summary>A part of a configuration, for pasting.</summary>
    /// <param name="config">The values.</param>
    /// <param name="paths">The keys to write.</param>
    public static string Write<T>(T config, IReadOnlyCollection<string> paths) where T : class
    {
        var yaml = new StringBuilder();
        Section(yaml, "", config, ConfigSchema<T>.Top, static _ => null, key => paths.Any(path => path == key.Path || path.StartsWith(key.Path + ".", StringComparison.Ordinal)));
        return yaml.ToString();
    }

    /// <summary>Each value with where it came from.</summary>
    public static string WriteWithOrigins<T>(T config, Func<string, Origin> originOf) where T : class =>
        Write(config, key => originOf(key.Path).Label.ReplaceLineEndings(" "));

    /// <param name="config">The values.</param>
    /// <param name="comment">The remark at the end of a key's line; null for none.</param>
    private static string Write<T>(T config, Func<ConfigKey, string?> comment) where T : class
    {
        var yaml = new StringBuilder();
        Section(yaml, "", config, ConfigSchema<T>.Top, comment, static _ => true);
        return yaml.ToString();
    }

    private static void Section(
        StringBuilder yaml, string indent, object record, IReadOnlyList<ConfigKey> keys, Func<ConfigKey, string?> comment, Func<ConfigKey, bool> shown)
    {
        foreach (var key in keys.Where(shown))
        {
            var value = key.Property.GetValue(record);
            if (key.IsSection)
            {
                yaml.Append(indent).Append(key.Name).Append(":\n");
                Section(yaml, indent + "  ", value!, key.Children, comment, shown);
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
