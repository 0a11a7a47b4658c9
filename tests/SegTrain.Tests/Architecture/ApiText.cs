using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SegTrain.Tests.Architecture;

/// <summary>A public member of a library as one line of text, in the form of the lists in <c>../shared/api</c>.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(int)] = "int",
        [typeof(long)] = "long", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(string)] = "string", [typeof(object)] = "object",
    };

    private static readonly Dictionary<string, string> s_operators = new()
    {
        ["op_Addition"] = "+", ["op_Subtraction"] = "-", ["op_Multiply"] = "*", ["op_Division"] = "/", ["op_UnaryNegation"] = "unary -", ["op_Implicit"] = "implicit",
    };

    /// <param name="member">Not of a constructed type or method. The accessor of a property stands for the property.</param>
    public static string Of(MemberInfo member)
    {
        var type = Name(member.DeclaringType!);
        return member switch
        {
            FieldInfo field => $"{type}.{field.Name}: public{(field.IsStatic ? " static" : "")}{(field.IsInitOnly ? " readonly" : "")} field "
                + Name(field.FieldType, new NullabilityInfoContext().Create(field)),
            ConstructorInfo constructor => $"{type}..ctor({Parameters(constructor)}): {Access(constructor)} constructor",
            MethodInfo method when PropertyOf(method) is { } property => OfProperty(type, property),
            MethodInfo method => OfMethod(type, method),
            _ => throw new NotSupportedException($"{type}.{member}"),
        };
    }

    private static PropertyInfo? PropertyOf(MethodInfo accessor) =>
        accessor.DeclaringType!.GetProperties(Declared).FirstOrDefault(property => property.GetMethod == accessor || property.SetMethod == accessor);

    private static string OfProperty(string type, PropertyInfo property)
    {
        var index = property.GetIndexParameters();
        var (name, kind) = index.Length > 0 ? ($"this[{Parameters(index)}]", "indexer") : (property.Name, "property");
        var accessors = string.Concat(property.GetAccessors(nonPublic: true).Where(static accessor => Access(accessor) is not null).Select(static a => a.ReturnType == typeof(void) ? "set; " : "get; "));
        return $"{type}.{name}: {Modifiers(property.GetMethod ?? property.SetMethod!)} {kind} {Name(property.PropertyType, new NullabilityInfoContext().Create(property))} {{ {accessors}}}";
    }

    private static string OfMethod(string type, MethodInfo method)
    {
        var generic = method.GetGenericArguments();
        var label = s_operators.TryGetValue(method.Name, out var sign) ? $"operator {sign}" : method.Name;
        var arguments = generic.Length > 0 ? $"<{string.Join(", ", generic.Select(static g => g.Name))}>" : "";
        var returns = Name(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter)) + TupleNames(method.ReturnParameter);
        return $"{type}.{label}{arguments}({Parameters(method)}): {Modifiers(method)}{(IsExtension(method) ? " extension" : "")} {returns}{string.Concat(generic.Select(Constraint))}";
    }

    // The constraints that the members in use have.
    private static string Constraint(Type parameter) =>
        parameter.GenericParameterAttributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) ? $" where {parameter.Name} : unmanaged" : "";

    private static bool IsExtension(MethodBase method) => method.IsDefined(typeof(ExtensionAttribute));

    private static string Parameters(MethodBase method) => (IsExtension(method) ? "this " : "") + Parameters(method.GetParameters());

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(static parameter =>
    {
        var way = !parameter.ParameterType.IsByRef ? "" : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        var many = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue, parameter.ParameterType)}" : "";
        return $"{way}{many}{Name(parameter.ParameterType, new NullabilityInfoContext().Create(parameter))}{TupleNames(parameter)} {parameter.Name}{value}";
    }));

    private static string TupleNames(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<TupleElementNamesAttribute>() is { } names ? $" /*names: {string.Join(", ", names.TransformNames.Select(static name => name ?? "_"))}*/" : "";

    private static string? Access(MethodBase method) => method.IsPublic ? "public" : method.IsFamily ? "protected" : null;

    private static string Modifiers(MethodInfo method) => Access(method) + (method switch
    {
        { IsStatic: true } => " static",
        { IsAbstract: true } => " abstract",
        { IsVirtual: true } when method.GetBaseDefinition() != method => " override",
        { IsVirtual: true, IsFinal: false } => " virtual",
        _ => "",
    });

    private static string Literal(object? value, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => plain.IsValueType && plain == type ? "default" : "null",
            bool flag => flag ? "true" : "false",
            string text => $"\"{text}\"",
            float number => $"{number:R}f",
            double number => $"{number:R}d",
            _ when plain.IsEnum => $"{Name(plain)}.{Enum.ToObject(plain, value)}",
            long number => $"{number}L",
            _ => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        };
    }

    private static string Name(Type type) => Name(type, null);

    private static string Name(Type type, NullabilityInfo? nullability)
    {
        if (type.HasElementType)
        {
            var element = type.IsArray ? Name(type.GetElementType()!, nullability?.ElementType) + "[]" : Name(type.GetElementType()!, nullability);
            return element + Mark(type, nullability);
        }
        if (type.IsGenericParameter) return type.Name + Mark(type, nullability);
        if (Nullable.GetUnderlyingType(type) is { } value) return Name(value) + "?";
        if (s_keywords.TryGetValue(type, out var keyword)) return keyword + Mark(type, nullability);
        var arguments = type.GetGenericArguments().Select((argument, i) => Name(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(i))).ToArray();
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true) return $"({string.Join(", ", arguments)})";
        return WithArguments(type, arguments) + Mark(type, nullability);
    }

    private static string Mark(Type type, NullabilityInfo? nullability) => nullability?.ReadState == NullabilityState.Nullable && !type.IsValueType && !type.IsByRef ? "?" : "";

    // A type within a generic type has that one's arguments before its own.
    private static string WithArguments(Type type, ReadOnlySpan<string> arguments)
    {
        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        var own = tick < 0 ? 0 : int.Parse(type.Name.AsSpan(tick + 1), CultureInfo.InvariantCulture);
        var outer = type.DeclaringType is { } declaring ? WithArguments(declaring, arguments[..^own]) : type.Namespace;
        return $"{outer}.{(tick < 0 ? type.Name : $"{type.Name[..tick]}<{string.Join(", ", arguments[^own..]!)}>")}";
    }
}
