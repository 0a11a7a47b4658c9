using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;

namespace SegTrain.Losses;

/// <summary>One parameter of a loss, read from a property of its settings record.</summary>
public sealed partial class LossParameter
{
    private readonly PropertyInfo _property;
    private readonly LossParameterAttribute _attribute;
    private readonly Type _type;

    private LossParameter(PropertyInfo property, LossParameterAttribute attribute, LossSettings defaults)
    {
        _property = property;
        _attribute = attribute;
        _type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        IsOptional = _type != property.PropertyType
            || new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;
        Name = SnakeCase(property.Name);
        Aliases = attribute.Aliases.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Default = Text(property.GetValue(defaults));
    }

    /// <summary>Its name in an expression, such as <c>label_smoothing</c>.</summary>
    public string Name { get; }

    /// <summary>Other names in an expression.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>What it does.</summary>
    public string Description => _attribute.Description;

    /// <summary>Its default as it is written in an expression.</summary>
    public string Default { get; }

    /// <summary>Whether <c>none</c> is a value of it.</summary>
    public bool IsOptional { get; }

    /// <summary>Whether it is a whole number.</summary>
    internal bool IsWhole => _type == typeof(int);

    /// <summary>What can be written for it, such as <c>a number from 0 to 1</c>.</summary>
    public string Kind => Words() is { } words ? string.Join(" | ", IsOptional ? words.Append("none") : words)
        : _type == typeof(ClassSelection) ? "all | present | a list of classes" + (IsOptional ? " | none" : "")
        : (_type == typeof(NumberList) ? "a list of numbers" : IsWhole ? "a whole number" : "a number") + Range + (IsOptional ? ", or none" : "");

    private string Range => (_attribute.Min, _attribute.Max) switch
    {
        (double.NegativeInfinity, double.PositiveInfinity) => "",
        (var min, double.PositiveInfinity) => _attribute.AboveMin ? $" above {Text(min)}" : $" from {Text(min)}",
        var (min, max) => (_attribute.AboveMin ? $" above {Text(min)}" : $" from {Text(min)}")
            + (_attribute.BelowMax ? $", below {Text(max)}" : $" to {Text(max)}"),
    };

    /// <summary>Whether a name or an alias is this one's.</summary>
    /// <param name="name">The name; upper and lower case are the same.</param>
    /// <returns>Whether it is.</returns>
    public bool IsNamed(string name) => Aliases.Prepend(Name).Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The value in a settings record as it is written in an expression.</summary>
    /// <param name="settings">The record.</param>
    /// <returns>The text.</returns>
    public string ValueIn(LossSettings settings) => Text(_property.GetValue(settings));

    /// <summary>All parameters of a settings record, those of the most derived type first.</summary>
    internal static IReadOnlyList<LossParameter> AllOf(LossSettings defaults) =>
    [
        .. from property in defaults.GetType().GetProperties()
           let attribute = property.GetCustomAttribute<LossParameterAttribute>()
           where attribute is not null
           orderby Depth(property.DeclaringType!) descending, property.MetadataToken
           select new LossParameter(property, attribute, defaults),
    ];

    /// <summary>Sets the property from what an expression has: a number, a word, or a list of numbers.</summary>
    /// <exception cref="LossException">The value is of the wrong kind or out of range.</exception>
    internal void Set(LossSettings settings, object written)
    {
        var value = written switch
        {
            string and ("none" or "null") when IsOptional => null,
            string word when _type == typeof(bool) && bool.TryParse(word, out var flag) => flag,
            string word when _type.IsEnum && Enum.TryParse(_type, Pascal(word), out var name) && !char.IsDigit(word[0]) => name,
            string and "all" when _type == typeof(ClassSelection) => ClassSelection.All,
            string and "present" when _type == typeof(ClassSelection) => ClassSelection.Present,
            NumberList list when _type == typeof(ClassSelection) => ClassSelection.Of(list),
            NumberList list when _type == typeof(NumberList) => InRange(list),
            double number when _type == typeof(NumberList) => InRange([number]),
            double number when _type == typeof(double) => InRange([number])[0],
            double number when IsWhole && number == Math.Floor(number) => (int)InRange([number])[0],
            _ => throw new LossException($"{Name}={Text(written)}: it takes {Kind}"),
        };
        _property.SetValue(settings, value);
    }

    private NumberList InRange(NumberList numbers)
    {
        var isInside = numbers.All(number => double.IsFinite(number)
            && (_attribute.AboveMin ? number > _attribute.Min : number >= _attribute.Min)
            && (_attribute.BelowMax ? number < _attribute.Max : number <= _attribute.Max));
        return isInside && numbers.Count > 0
            ? numbers
            : throw new LossException($"{Name}={(numbers.Count == 1 ? Text(numbers[0]) : numbers)} is out of range: it takes {Kind}");
    }

    private string[]? Words() => _type == typeof(bool) ? ["true", "false"]
        : _type.IsEnum ? [.. Enum.GetNames(_type).Select(SnakeCase)]
        : null;

    private static int Depth(Type type) => type.BaseType is { } parent ? 1 + Depth(parent) : 0;

    private static string Text(object? value) => value switch
    {
        null => "none",
        bool flag => flag ? "true" : "false",
        double number => NumberList.Text(number),
        NumberList { Count: 1 } list => Text(list[0]),
        IEnumerable and not string => value.ToString()!,
        Enum word => SnakeCase(word.ToString()),
        _ => value.ToString()!,
    };

    private static string SnakeCase(string pascal) => Humps().Replace(pascal, "_$0").ToLowerInvariant();

    private static string Pascal(string snake) => string.Concat(snake
        .Split(['_', '-'], StringSplitOptions.RemoveEmptyEntries)
        .Select(part => char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant()));

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]")]
    private static partial Regex Humps();
}
