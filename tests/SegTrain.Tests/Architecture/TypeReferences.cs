using System.Reflection;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Architecture;

/// <summary>
/// The types that a type refers to: by base, interfaces, attributes, signatures, constraints, and the tokens in the bodies of its methods. What the
/// compiler puts elsewhere is found there, closures and iterators as nested types; what it leaves out, constants and <c>nameof</c>, is not.
/// </summary>
internal static class TypeReferences
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Arguments of generic types and elements of arrays stand beside them; type parameters are left out.</summary>
    public static IEnumerable<Type> Of(Type type) => Mentioned(type).SelectMany(Parts).Where(other => other != type).Distinct();

    private static IEnumerable<Type?> Mentioned(Type type) =>
    [
        type.BaseType, .. type.GetInterfaces(), .. Attributes(type), .. Constraints(type.GetGenericArguments()),
        .. type.GetFields(Declared).SelectMany(static field => Attributes(field).Append(field.FieldType)),
        .. type.GetProperties(Declared).SelectMany(Attributes),
        .. type.GetMethods(Declared).SelectMany(OfMethod),
        .. type.GetConstructors(Declared).SelectMany(OfMethod),
    ];

    private static IEnumerable<Type?> OfMethod(MethodBase method) =>
    [
        .. Signature(method), .. Attributes(method), .. method.GetParameters().SelectMany(static parameter => parameter.GetCustomAttributesData()).SelectMany(OfAttribute),
        .. method.IsGenericMethodDefinition ? Constraints(method.GetGenericArguments()) : [],
        .. method.GetMethodBody() is { } body ? OfBody(method, body) : [],
    ];

    private static IEnumerable<Type?> Signature(MethodBase method) =>
        method.GetParameters().Select(static parameter => parameter.ParameterType).Append((method as MethodInfo)?.ReturnType);

    private static IEnumerable<Type?> Attributes(MemberInfo member) => member.GetCustomAttributesData().SelectMany(OfAttribute);

    private static IEnumerable<Type?> OfAttribute(CustomAttributeData attribute) =>
        attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(static named => named.TypedValue))
            .SelectMany(static argument => new[] { argument.ArgumentType, argument.Value as Type }).Append(attribute.AttributeType);

    private static IEnumerable<Type> Constraints(Type[] arguments) =>
        arguments.Where(static argument => argument.IsGenericParameter).SelectMany(static argument => argument.GetGenericParameterConstraints());

    private static IEnumerable<Type?> OfBody(MethodBase method, MethodBody body) =>
    [
        .. body.LocalVariables.Select(static local => local.LocalType),
        .. body.ExceptionHandlingClauses.Where(static clause => clause.Flags == ExceptionHandlingClauseOptions.Clause).Select(static clause => clause.CatchType),
        .. Instructions.Tokens(body.GetILAsByteArray()!).Select(operand => method.Module.ResolveMember(
            operand.Token, method.DeclaringType!.GetGenericArguments(), method.IsGenericMethodDefinition ? method.GetGenericArguments() : null)!).SelectMany(OfMember),
    ];

    private static IEnumerable<Type?> OfMember(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType, field.FieldType],
        MethodBase method => [method.DeclaringType, .. Signature(method), .. method.IsGenericMethod ? method.GetGenericArguments() : []],
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type? type) =>
        type is null || type.IsGenericParameter ? []
        : type.HasElementType ? Parts(type.GetElementType())
        : type is { IsGenericType: true, IsGenericTypeDefinition: false } ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];
}
