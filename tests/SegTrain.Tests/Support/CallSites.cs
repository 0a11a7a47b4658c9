using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace SegTrain.Tests.Support;

/// <summary>Who calls whom: every method that the code of an assembly names, by calling it, making a delegate of it or constructing with it.</summary>
internal static class CallSites
{
    /// <returns>Methods such as <c>torch.Tensor.add(Tensor, Scalar)</c>, types without their namespaces.</returns>
    public static List<(string Caller, string Called)> Of(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        return [.. from handle in metadata.MethodDefinitions
                   let method = metadata.GetMethodDefinition(handle)
                   where method.RelativeVirtualAddress != 0
                   from operand in Instructions.Tokens(file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!)
                   where operand.Kind is OperandType.InlineMethod or OperandType.InlineTok
                   let called = Name(metadata, MetadataTokens.EntityHandle(operand.Token))
                   where called is not null
                   select (Name(metadata, handle)!, called)];
    }

    private static string? Name(MetadataReader metadata, EntityHandle method)
    {
        switch (method.Kind)
        {
            case HandleKind.MethodSpecification:
                return Name(metadata, metadata.GetMethodSpecification((MethodSpecificationHandle)method).Method);
            case HandleKind.MethodDefinition:
                var own = metadata.GetMethodDefinition((MethodDefinitionHandle)method);
                return $"{Types.Full(metadata, own.GetDeclaringType())}.{metadata.GetString(own.Name)}{Text(own.DecodeSignature(new Types(), null))}";
            case HandleKind.MemberReference when metadata.GetMemberReference((MemberReferenceHandle)method) is var other && other.GetKind() == MemberReferenceKind.Method:
                return $"{Types.Full(metadata, other.Parent)}.{metadata.GetString(other.Name)}{Text(other.DecodeMethodSignature(new Types(), null))}";
            default:
                return null;
        }
    }

    private static string Text(MethodSignature<string> signature) => $"({string.Join(", ", signature.ParameterTypes)})";

    private sealed class Types : ISignatureTypeProvider<string, object?>
    {
        public static string Full(MetadataReader metadata, EntityHandle type)
        {
            switch (type.Kind)
            {
                case HandleKind.TypeDefinition:
                    var own = metadata.GetTypeDefinition((TypeDefinitionHandle)type);
                    return Nested(own.GetDeclaringType(), own.Name);
                case HandleKind.TypeReference:
                    var other = metadata.GetTypeReference((TypeReferenceHandle)type);
                    return Nested(other.ResolutionScope.Kind == HandleKind.TypeReference ? other.ResolutionScope : default, other.Name);
                case HandleKind.TypeSpecification:
                    return metadata.GetTypeSpecification((TypeSpecificationHandle)type).DecodeSignature(new Types(), null);
                default:
                    return "";
            }

            string Nested(EntityHandle outer, StringHandle name) => (outer.IsNil ? "" : $"{Full(metadata, outer)}.") + metadata.GetString(name);
        }

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeReference(handle).Name);

        public string GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) => Full(reader, handle);

        // Arguments and the number of generic parameters tell nothing about who calls whom.
        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType;

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => $"{elementType}[]";

        public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

        public string GetByReferenceType(string elementType) => $"{elementType}&";

        public string GetPointerType(string elementType) => $"{elementType}*";

        public string GetPinnedType(string elementType) => elementType;

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetGenericMethodParameter(object? context, int index) => $"!!{index}";

        public string GetGenericTypeParameter(object? context, int index) => $"!{index}";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "delegate*";
    }
}
