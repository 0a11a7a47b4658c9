using System.Reflection;

namespace SegTrain.Tests.Architecture;

public sealed class TypeReferencesTests
{
    [Fact]
    public void A_type_is_found_wherever_another_refers_to_it() => Assert.Equal(
        [
            typeof(InAttributeAttribute), typeof(InBase<>), typeof(InBody), typeof(InCatch), typeof(InClosure), typeof(InConstraint), typeof(InField),
            typeof(InGeneric), typeof(InParameter), typeof(InResult),
        ],
        typeof(Sample).GetNestedTypes(BindingFlags.NonPublic).Append(typeof(Sample)).SelectMany(TypeReferences.Of)
            .Where(static type => type.DeclaringType == typeof(TypeReferencesTests) && type != typeof(Sample))
            .Distinct().OrderBy(static type => type.Name, StringComparer.Ordinal));

    [AttributeUsage(AttributeTargets.Class)]
    private sealed class InAttributeAttribute : Attribute;

    private class InBase<T>;

    private static class InBody
    {
        public static int Number => 1;
    }

    private sealed class InCatch : Exception;

    private sealed class InClosure;

    private interface InConstraint;

    private sealed class InField;

    private sealed class InGeneric;

    private sealed class InParameter;

    private sealed class InResult;

    [InAttribute]
    private sealed class Sample(object? field) : InBase<InGeneric>
    {
        private readonly InField? _field = (InField?)field;

        public InResult? Method<T>(InParameter[] parameter) where T : InConstraint
        {
            try
            {
                return _field is null && InBody.Number == 1 ? null : new InResult();
            }
            catch (InCatch)
            {
                Func<object> made = () => (parameter, new InClosure());
                made();
                return null;
            }
        }
    }
}
