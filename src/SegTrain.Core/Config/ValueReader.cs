using System.Globalization;
using System.Text.RegularExpressions;
using SegTrain.Core.Text;

namespace SegTrain.Core.Config;

/// <summary>Turns YAML values into property values and holds them to the rules of their key.</summary>
internal sealed partial class ValueReader(Problems problems)
{
    /// <summary>Reads the value of a key; false when it is refused, with every reason noted.</summary>
    /// <param name="key">The key and its rules.</param>
    /// <param name="path">The path to show, in which list items carry their index.</param>
    /// <param name="node">The value.</param>
    /// <param name="value">The value as the property takes it.</param>
    public bool TryRead(ConfigKey key, string path, ConfigNode node, out object? value)
    {
        if (key.ItemType is { } item)
            return TryReadList(key, item, path, node, out value);
        if (key.Optional && node is ScalarNode scalar && (scalar.IsNull || scalar.Text is "" || (scalar.Text is "auto" && key.Type != typeof(string))))
        {
            value = null;
            return true;
        }
        return TryReadScalar(key, key.Type, path, node, out value);
    }

    private bool TryReadList(ConfigKey key, Type itemType, string path, ConfigNode node, out object? value)
    {
        var items = node switch
        {
            ListNode list => list.Items,
            // "classes:" with every item commented out.
            ScalarNode { IsNull: true } => [],
            _ => null,
        };
        value = null;
        if (items is null)
        {
            var example = key.Children.Count > 0 ? $"[{{{key.Children[0].Name}: ...}}]" : itemType == typeof(string) ? "[a, b]" : "[1, 2]";
            return Refuse(node, path, $"must be a list such as {example}, not {Shown(node)}");
        }
        var read = Array.CreateInstance(itemType, items.Count);
        var good = true;
        for (var i = 0; i < items.Count; i++)
        {
            object? one = null;
            good &= key.Children.Count > 0
                ? TryReadRecord(key, itemType, $"{path}[{i}]", items[i], out one)
                : TryReadScalar(key, itemType, $"{path}[{i}]", items[i], out one);
            if (good)
                read.SetValue(one, i);
        }
        value = read;
        return good && (ValueRules.BrokenByCount(key, items.Count) is not { } broken || Refuse(node, path, broken));
    }

    private bool TryReadRecord(ConfigKey list, Type type, string path, ConfigNode node, out object? value)
    {
        value = Activator.CreateInstance(type)!;
        if (node is not MapNode map)
            return Refuse(node, path, $"must be a mapping of {string.Join(", ", Names(list))}, not {Shown(node)}");
        var good = true;
        var seen = new HashSet<string>();
        foreach (var entry in map.Entries)
        {
            var name = entry.Key;
            if (list.Children.FirstOrDefault(child => child.Name == name) is not { } key)
                good = Refuse(entry.Origin, $"{path}.{name}", $"unknown key{Suggest.Hint(name, Names(list))}");
            else if (!seen.Add(name))
                good = Refuse(entry.Origin, $"{path}.{name}", "duplicate key");
            else if (TryRead(key, $"{path}.{name}", entry.Value, out var one))
                key.Property.SetValue(value, one);
            else
                good = false;
        }
        foreach (var missing in list.Children.Where(child => child.IsRequired && !seen.Contains(child.Name)))
            good = Refuse(node, path, $"missing key '{missing.Name}'");
        return good;
    }

    private bool TryReadScalar(ConfigKey key, Type type, string path, ConfigNode node, out object? value)
    {
        value = null;
        if (node is not ScalarNode scalar)
            return Refuse(node, path, $"must be {ValueRules.Kind(type)}, not {Shown(node)}");
        if (scalar.IsNull && (type != typeof(string) || scalar.Text.Length > 0))
            return Refuse(node, path, $"must be {ValueRules.Kind(type)}, not empty");
        if ((value = Convert(type, scalar.Text)) is null)
        {
            var hint = type.IsEnum ? Suggest.Hint(scalar.Text, ValueRules.Names(type)) : "";
            return Refuse(node, path, $"must be {ValueRules.Kind(type)}, not '{scalar.Text}'{hint}");
        }
        if (ValueRules.Broken(key, value, scalar.Text) is { } broken)
            return Refuse(node, path, broken);
        return value.GetType() == type || Refuse(node, path, $"must be from {int.MinValue} to {int.MaxValue}, not {scalar.Text}");
    }

    private static object? Convert(Type type, string text)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : null;
        if (type == typeof(double))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? number : null;
        if (type == typeof(int))
            // A number too long for an int is still a whole number: the range is what it breaks.
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
                : WholeNumber().IsMatch(text) ? double.Parse(text, CultureInfo.InvariantCulture) : null;
        if (type.IsEnum)
            return ValueRules.Names(type).Zip(Enum.GetValues(type).Cast<object>())
                .FirstOrDefault(pair => pair.First.Equals(text, StringComparison.OrdinalIgnoreCase)).Second;
        throw new InvalidOperationException($"configuration records have no {type} properties");
    }

    private static IEnumerable<string> Names(ConfigKey list) => list.Children.Select(static child => child.Name);

    private static string Shown(ConfigNode node) => node switch
    {
        ScalarNode { IsNull: true } => "empty",
        ScalarNode scalar => $"'{scalar.Text}'",
        ListNode => "a list",
        _ => "a mapping",
    };

    private bool Refuse(ConfigNode node, string path, string what) => Refuse(node.Origin, path, what);

    private bool Refuse(Origin origin, string path, string what)
    {
        problems.Add(origin, path, what);
        return false;
    }

    [GeneratedRegex("^[-+]?[0-9]+$")]
    private static partial Regex WholeNumber();
}
