using System.Reflection;
using System.Runtime.CompilerServices;

namespace SegTrain.Tests.Architecture;

/// <summary>The public surface of an assembly as text, one member a line, so that two libraries can be compared.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(int)] = "int", [typeof(long)] = "long",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(string)] = "string", [typeof(object)] = "object",
    };

    private static readonly Dictionary<string, string> Operators = new()
    {
        ["op_Addition"] = "+", ["op_Subtraction"] = "-", ["op_Multiply"] = "*", ["op_Division"] = "/", ["op_UnaryNegation"] = "unary -", ["op_Implicit"] = "implicit",
    };

    public static IReadOnlyList<string> Of(Assembly assembly) =>
        [.. assembly.GetTypes().Where(static type => type.IsVisible).SelectMany(OfType).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> OfType(Type type)
    {
        var name = Name(type);
        var bases = type.IsEnum ? [Name(Enum.GetUnderlyingType(type))] : type.GetInterfaces().Select(Name).Order(StringComparer.Ordinal).ToArray();
        yield return $"{name}: {KindOf(type)}{(bases.Length > 0 ? " : " + string.Join(", ", bases) : "")}";
        if (type.IsEnum)
        {
            foreach (var value in Enum.GetNames(type)) yield return $"{name}.{value}: enum value = {type.GetField(value)!.GetRawConstantValue()}";
            yield break;
        }
        foreach (var constructor in type.GetConstructors(Declared).Where(static c => !c.IsStatic && Access(c) is not null))
        {
            yield return $"{name}..ctor({Parameters(constructor)}): {Access(constructor)} constructor";
        }
        foreach (var field in type.GetFields(Declared).Where(static f => f.IsPublic))
        {
            yield return $"{name}.{field.Name}: public{(field.IsStatic ? " static" : "")}{(field.IsInitOnly ? " readonly" : "")} field {Name(field.FieldType)}";
        }
        foreach (var property in type.GetProperties(Declared).Where(static p => p.GetMethod is { } get && Access(get) is not null))
        {
            var set = property.SetMethod is { } setter && Access(setter) is not null ? "set; " : "";
            var nullable = new NullabilityInfoContext().Create(property);
            yield return $"{name}.{property.Name}: {Modifiers(property.GetMethod!)} property {Name(property.PropertyType, nullable)} {{ get; {set}}}";
        }
        foreach (var method in type.GetMethods(Declared).Where(static m => Access(m) is not null && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal))))
        {
            yield return OfMethod(name, method);
        }
    }

    private static string OfMethod(string type, MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        var label = method.IsSpecialName ? $"operator {Operators[method.Name]}" : method.Name;
        var arguments = generic.Length > 0 ? $"<{string.Join(", ", generic.Select(static g => g.Name))}>" : "";
        var constraints = string.Concat(generic.Select(static g => $" where {g.Name} : unmanaged"));
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? " extension" : "";
        var returns = Name(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter)) + TupleNames(method.ReturnParameter);
        return $"{type}.{label}{arguments}({Parameters(method)}): {Modifiers(method)}{extension} {returns}{constraints}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        var self = parameter.Position == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        var many = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue, parameter.ParameterType)}" : "";
        return $"{self}{many}{Name(parameter.ParameterType, new NullabilityInfoContext().Create(parameter))} {parameter.Name}{value}";
    }));

    private static string TupleNames(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<TupleElementNamesAttribute>() is { } names ? $" /*names: {string.Join(", ", names.TransformNames)}*/" : "";

    private static string? Access(MethodBase method) => method.IsPublic ? "public" : method.IsFamily ? "protected" : null;

    private static string Modifiers(MethodInfo method)
    {
        var overrides = method.IsVirtual && method.GetBaseDefinition() != method;
        return Access(method) + (method.IsStatic ? " static" : overrides ? " override" : method is { IsVirtual: true, IsFinal: false } ? " virtual" : "");
    }

    private static string KindOf(Type type) => type.IsEnum ? "enum"
        : type.IsValueType ? "struct"
        : type.IsAbstract && type.IsSealed ? "static class"
        : type.IsSealed ? "sealed class" : "class";

    private static string Literal(object? value, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            float number => $"{number:R}f",
            double number => $"{number:R}d",
            _ when plain.IsEnum => $"{Name(plain)}.{Enum.ToObject(plain, value)}",
            long number => $"{number}L",
            _ => value.ToString()!,
        };
    }

    private static string Name(Type type) => Name(type, null);

    private static string Name(Type type, NullabilityInfo? nullability)
    {
        var mark = nullability?.ReadState == NullabilityState.Nullable && !type.IsValueType ? "?" : "";
        if (Nullable.GetUnderlyingType(type) is { } value) return Name(value) + "?";
        if (type.IsArray) return $"{Name(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        if (type.IsGenericParameter) return type.Name;
        if (Keywords.TryGetValue(type, out var keyword)) return keyword + mark;
        var inner = type.GetGenericArguments().Select((t, i) => Name(t, nullability?.GenericTypeArguments.ElementAtOrDefault(i)));
        if (type.IsGenericType && type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true) return $"({string.Join(", ", inner)})";
        var plain = (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');
        return (type.IsGenericType ? $"{plain[..plain.IndexOf('`')]}<{string.Join(", ", inner)}>" : plain) + mark;
    }
}
