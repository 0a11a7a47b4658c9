using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text;

namespace SegTrain.Core.Config;

/// <summary>One property of a configuration record, seen as a key: its attributes are the rules of its value.</summary>
internal sealed class ConfigKey
{
    private ConfigKey(string path, PropertyInfo property)
    {
        Path = path;
        Property = property;
        Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
        Rules = [.. property.GetCustomAttributes<ValidationAttribute>()];
        var underlying = Nullable.GetUnderlyingType(property.PropertyType);
        Type = underlying ?? property.PropertyType;
        Optional = underlying is not null
            || (!Type.IsValueType && new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable);
        ItemType = Type.IsGenericType && Type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? Type.GetGenericArguments()[0] : null;
        var record = ItemType ?? Type;
        Children = IsRecord(record) ? Of(record, ItemType is null ? path + "." : path + "[].") : [];
    }

    /// <summary>The dotted path, such as <c>train.batch_size</c>, or <c>data.classes[].name</c> within the items of a list.</summary>
    public string Path { get; }

    public PropertyInfo Property { get; }

    /// <summary>The type of the value, <c>Nullable&lt;T&gt;</c> taken off.</summary>
    public Type Type { get; }

    /// <summary>The type of the items where the value is a list.</summary>
    public Type? ItemType { get; }

    /// <summary>Whether the value may be empty.</summary>
    public bool Optional { get; }

    public string Description { get; }

    public IReadOnlyList<ValidationAttribute> Rules { get; }

    /// <summary>The keys of a section, or of each item in a list of records.</summary>
    public IReadOnlyList<ConfigKey> Children { get; }

    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    public bool IsSection => ItemType is null && Children.Count > 0;

    public bool IsRequired => Rules.Any(static rule => rule is RequiredAttribute);

    /// <summary>The keys of a record in the order of its properties.</summary>
    public static IReadOnlyList<ConfigKey> Of(Type record, string prefix = "") =>
    [
        .. from property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
           where property.CanWrite
           select new ConfigKey(prefix + SnakeCase(property.Name), property),
    ];

    /// <example><c>SnakeCase("BatchSize")</c> is <c>"batch_size"</c>.</example>
    public static string SnakeCase(string name)
    {
        var snake = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && snake.Length > 0)
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(letter));
        }
        return snake.ToString();
    }

    private static bool IsRecord(Type type) => type.IsClass && type.Assembly == typeof(ConfigKey).Assembly;
}
