using SegTrain.Core.Text;

namespace SegTrain.Core.Config;

/// <summary>All keys of <see cref="RunConfig"/>, found once by reflection when the first configuration is read.</summary>
internal static class ConfigSchema
{
    public static IReadOnlyList<ConfigKey> Top { get; } = ConfigKey.Of(typeof(RunConfig));

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

    private static IEnumerable<ConfigKey> Flatten(IEnumerable<ConfigKey> keys) =>
        keys.SelectMany(static key => key.IsSection ? Flatten(key.Children).Prepend(key) : [key]);
}
