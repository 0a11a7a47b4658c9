using SegTrain.Core.Text;

namespace SegTrain.Core.Config;

/// <summary>
/// Defaults, then the YAML file, then the environment, then the command line: the last one that names a key wins.
/// Every value is checked, also one that a stronger layer replaces, and everything wrong is reported at once.
/// </summary>
/// <typeparam name="T">The record that joins the sections; a new one has the defaults.</typeparam>
internal sealed class ConfigLoader<T> where T : class, new()
{
    private readonly Problems _problems = new();
    private readonly Dictionary<string, (object? Value, Origin Origin)> _values = [];
    private readonly ValueReader _reader;

    private ConfigLoader() => _reader = new(_problems);

    /// <returns>The configuration, and where each value comes from that some layer set.</returns>
    /// <exception cref="SegTrainException"><see cref="ExitCode.Config"/> with one line for each problem.</exception>
    public static (T Config, IReadOnlyDictionary<string, Origin> Origins) Load(ConfigSources sources)
    {
        var loader = new ConfigLoader<T>();
        if (sources.File is { } file)
            loader.ReadFile(file, sources.Text ?? loader.Text(file));
        loader.ReadEnvironment(sources.Environment);
        loader.ReadOptions(sources.Options);
        loader._problems.ThrowIfAny();
        var config = new T();
        loader.Apply(config, ConfigSchema<T>.Top);
        return (config, loader._values.ToDictionary(static pair => pair.Key, static pair => pair.Value.Origin));
    }

    private void ReadFile(string file, string? text)
    {
        if (text is null)
            return;
        switch (new YamlReader(text, (line, column) => Origin.File(file, line, column), _problems).Read())
        {
            case MapNode map:
                ReadMap("", map, []);
                break;
            case { } other and not ScalarNode { IsNull: true }:
                var example = ConfigSchema<T>.Top.First(static key => !key.IsSection);
                _problems.Add(other.Origin, "", $"must be a mapping of keys such as '{example.Name}: {YamlText.Of(example.Property.GetValue(new T()))}'");
                break;
        }
    }

    private string? Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems.Add(new(file, file), "", e switch
            {
                FileNotFoundException or DirectoryNotFoundException =>
                    "no such file; check the path, or write one to start from with 'segtrain config > FILE'",
                _ when Directory.Exists(file) => "is a folder; name the YAML file in it",
                _ => $"cannot be read: {e.Message}",
            });
            return null;
        }
    }

    private void ReadEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        var seen = new Dictionary<string, Origin>();
        foreach (var (variable, key, text) in EnvironmentLayer.Read(environment))
        {
            var origin = Origin.Environment(variable, key);
            if (ConfigSchema<T>.Find(key) is null)
            {
                var nearest = ConfigSchema<T>.Nearest(key) is { } other ? EnvironmentLayer.Variable(other) : null;
                _problems.Add(origin, key, $"unknown key '{key}'{Suggest.Hint(nearest)}");
            }
            else if (Value(key, text, origin) is { } value)
                Put(key, value, origin, seen);
        }
    }

    private void ReadOptions(IReadOnlyList<ConfigOption> options)
    {
        var seen = new Dictionary<string, Origin>();
        foreach (var (option, key, text) in options)
        {
            var origin = Origin.Option(option, key);
            if (Value(key, text, origin) is { } value)
                Put(key, value, origin, seen);
        }
    }

    /// <summary>
    /// The YAML in an option or variable. Text keys take what stands there, so that a path or a loss needs no second layer of quotes.
    /// </summary>
    private ConfigNode? Value(string key, string text, Origin origin) =>
        ConfigSchema<T>.Find(key)?.Type == typeof(string) && !text.StartsWith('\'') && !text.StartsWith('"')
            ? new ScalarNode(origin, text, Plain: true)
            : new YamlReader(text, (_, _) => origin, _problems).Read();

    private void ReadMap(string prefix, MapNode map, Dictionary<string, Origin> seen)
    {
        foreach (var entry in map.Entries)
            Put(prefix + entry.Key, entry.Value, entry.Origin, seen);
    }

    /// <param name="path">The full key.</param>
    /// <param name="value">A mapping for a section, else the value.</param>
    /// <param name="origin">Where the key stands.</param>
    /// <param name="seen">The keys that this layer has set so far.</param>
    private void Put(string path, ConfigNode value, Origin origin, Dictionary<string, Origin> seen)
    {
        if (ConfigSchema<T>.Find(path) is not { } key)
            _problems.Add(origin, path, Unknown(path));
        else if (!seen.TryAdd(path, origin))
            _problems.Add(origin, path, $"duplicate key; the first is at {seen[path].Place}");
        else if (!key.IsSection && _reader.TryRead(key, path, value, out var read))
            _values[path] = (read, origin);
        else if (key.IsSection && value is MapNode map)
            ReadMap(path + ".", map, seen);
        else if (key.IsSection && value is not ScalarNode { IsNull: true })
            _problems.Add(value.Origin, path, $"must be a mapping of keys such as '{key.Children[0].Name}'");
    }

    private static string Unknown(string path)
    {
        var above = path;
        while ((above = above[..Math.Max(0, above.LastIndexOf('.'))]).Length > 0)
            if (ConfigSchema<T>.Find(above.Split('[')[0]) is { IsSection: false } whole)
                return $"unknown key; '{whole.Path}' is set as a whole";
        return $"unknown key{Suggest.Hint(ConfigSchema<T>.Nearest(path))}";
    }

    private void Apply(object record, IReadOnlyList<ConfigKey> keys)
    {
        foreach (var key in keys)
            if (key.IsSection)
                Apply(key.Property.GetValue(record)!, key.Children);
            else if (_values.TryGetValue(key.Path, out var set))
                key.Property.SetValue(record, set.Value);
    }
}
