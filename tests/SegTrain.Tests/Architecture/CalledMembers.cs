using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace SegTrain.Tests.Architecture;

/// <summary>The members of a library that an assembly refers to, as its metadata have them.</summary>
internal static class CalledMembers
{
    /// <returns>Of generic types and methods their definitions.</returns>
    public static IReadOnlyList<MemberInfo> Of(Assembly assembly, Assembly library)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var members = new List<MemberInfo>();
        foreach (var handle in metadata.MemberReferences)
        {
            if (!IsOf(library.GetName().Name!, metadata, metadata.GetMemberReference(handle).Parent)) continue;
            var member = assembly.ManifestModule.ResolveMember(MetadataTokens.GetToken(handle))!;
            members.Add(member.Module.ResolveMember(member.MetadataToken)!);
        }
        return members;
    }

    private static bool IsOf(string library, MetadataReader metadata, EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeSpecification => IsOf(library, metadata, Definition(metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)type).Signature))),
        HandleKind.TypeReference => IsOf(library, metadata, metadata.GetTypeReference((TypeReferenceHandle)type).ResolutionScope),
        HandleKind.AssemblyReference => metadata.StringComparer.Equals(metadata.GetAssemblyReference((AssemblyReferenceHandle)type).Name, library),
        _ => false,
    };

    /// <summary>The generic type of a constructed one; nothing for arrays and parameters.</summary>
    private static EntityHandle Definition(BlobReader signature)
    {
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance) return default;
        _ = signature.ReadSignatureTypeCode();
        return signature.ReadTypeHandle();
    }
}
