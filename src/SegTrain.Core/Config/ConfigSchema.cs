using SegTrain.Core.Text;

namespace SegTrain.Core.Config;

/// <summary>All keys of a configuration, found once by reflection when the first one is read.</summary>
/// <typeparam name="T">The record that joins the sections.</typeparam>
internal static class ConfigSchema<T> where T : class
{
    public static IReadOnlyList<ConfigKey> Top { get; } = ConfigKey.Of(typeof(T));

    private static readonly Dictionary<string, ConfigKey> ByPath = Flatten(Top).ToDictionary(static key => key.Path);

    /// <summary>The keys that hold a value, in the order of the records; sections left out.</summary>
    public static IEnumerable<ConfigKey> Leaves => ByPath.Values.Where(static key => !key.IsSection);

    public static ConfigKey? Find(string path) => ByPath.GetValueOrDefault(path);

    /// <summary>
    /// The key that was probably meant: one whose every part is near (<c>trian.epoch</c>), else one of that name in another section
    /// (<c>epochs</c>).
    /// </summary>
    public static string? Nearest(string path)
    {
        var parts = path.Split('.');
        var nearest = (
            from key in ByPath.Keys
            let candidate = key.Split('.')
            where candidate.Length == parts.Length
            let edits = parts.Zip(candidate, Suggest.Distance).ToList()
            where edits.Zip(parts).All(static edit => edit.First <= Suggest.Limit(edit.Second))
            orderby edits.Sum()
            select key).FirstOrDefault();
        if (nearest is not null)
            return nearest;
        var leaves = Leaves.ToLookup(static key => key.Name, static key => key.Path);
        return Suggest.Nearest(parts[^1], leaves.Select(static group => group.Key)) is { } name ? leaves[name].First() : null;
    }

    /// <summary>The keys that have another value in two configurations, with both values as YAML.</summary>
    public static IEnumerable<(string Key, string Before, string Now)> Differences(T before, T now) => Differences(Top, before, now);

    private static IEnumerable<(string Key, string Before, string Now)> Differences(IReadOnlyList<ConfigKey> keys, object before, object now) =>
        keys.SelectMany(key =>
        {
            var (was, value) = (key.Property.GetValue(before), key.Property.GetValue(now));
            if (key.IsSection) return Differences(key.Children, was!, value!);
            var (old, text) = (Text(key, was), Text(key, value));
            return old == text ? [] : [(key.Path, old, text)];
        });

    private static string Text(ConfigKey key, object? value) => key.Children.Count > 0 && value is System.Collections.IEnumerable items
        ? $"[{string.Join(", ", items.Cast<object>().Select(item => $"{{{string.Join(", ", key.Children.Select(child => $"{child.Name}: {YamlText.Of(child.Property.GetValue(item))}"))}}}"))}]"
        : YamlText.Of(value);

    private static IEnumerable<ConfigKey> Flatten(IEnumerable<ConfigKey> keys) =>
        keys.SelectMany(static key => key.IsSection ? Flatten(key.Children).Prepend(key) : [key]);
}
