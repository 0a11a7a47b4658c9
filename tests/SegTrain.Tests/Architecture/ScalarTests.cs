using System.Reflection;
using SegTrain.Tests.Support;
using TorchSharp;

namespace SegTrain.Tests.Architecture;

/// <summary>
/// TorchSharp does not keep scalars alive while an operator runs, neither those that it makes of our numbers by implicit conversion nor those that it
/// makes by itself, as <c>a + b</c> does. Only Number makes scalars, and keeps them.
/// </summary>
public sealed class ScalarTests
{
    private static readonly Lazy<HashSet<string>> s_makers = new(Makers);

    [Theory]
    [InlineData("SegTrain.Losses")]
    [InlineData("SegTrain.Core")]
    [InlineData("segtrain")]
    public void Nobody_but_Number_makes_a_scalar(string assembly)
    {
        var calls = CallSites.Of(Assembly.Load(assembly));
        Assert.True(calls.Count > 1000, $"only {calls.Count} calls were found in {assembly}");
        var unsafeCalls = calls.Where(static call => s_makers.Value.Contains(call.Called) && !call.Caller.StartsWith("Number.", StringComparison.Ordinal))
            .Select(static call => $"{call.Caller} calls {call.Called}: write Num(x), Passing(x) or a.Plus(b)").Distinct().ToList();
        Assert.True(unsafeCalls.Count == 0, string.Join('\n', unsafeCalls));
    }

    [Fact]
    public void Number_makes_them()
    {
        var calls = CallSites.Of(typeof(SegTrain.Losses.Number).Assembly);
        Assert.Contains(calls, static call => call.Caller.StartsWith("Number.", StringComparison.Ordinal) && s_makers.Value.Contains(call.Called));
    }

    /// <summary>Those of the first line are in TorchSharp's public source; those of the second take what they are given, or nothing.</summary>
    [Fact]
    public void What_TorchSharp_does_within_is_seen()
    {
        Assert.Superset(
            new HashSet<string>
            {
                "Scalar.op_Implicit(Double)", "ScalarExtensionMethods.ToScalar(Double)", "torch.Tensor.op_Multiply(Tensor, Double)",
                "torch.Tensor.op_Addition(Tensor, Tensor)", "torch.Tensor.add_(Tensor)", "torch.Tensor.square()", "torch.nn.functional.softplus(Tensor, Double, Double)",
            },
            s_makers.Value);
        Assert.DoesNotContain("torch.Tensor.mul(Scalar)", s_makers.Value);
        Assert.DoesNotContain("torch.Tensor.op_Multiply(Tensor, Tensor)", s_makers.Value);
        Assert.DoesNotContain("torch.Tensor.add(Tensor, Scalar)", s_makers.Value);
    }

    // Whoever makes a scalar of a number, and whoever calls them.
    private static HashSet<string> Makers()
    {
        var calls = CallSites.Of(typeof(torch).Assembly);
        var callers = calls.ToLookup(static call => call.Called, static call => call.Caller);
        var makers = new HashSet<string>();
        var found = new Queue<string>(calls.Select(static call => call.Caller).Where(IsConversion));
        while (found.TryDequeue(out var maker))
        {
            if (!makers.Add(maker)) continue;
            foreach (var caller in callers[maker]) found.Enqueue(caller);
        }
        return makers;
    }

    // From a number to a scalar, not back as ToDouble(Scalar) does.
    private static bool IsConversion(string method) => method.StartsWith("Scalar.op_Implicit(", StringComparison.Ordinal)
        || (method.StartsWith("ScalarExtensionMethods.", StringComparison.Ordinal) && !method.EndsWith("(Scalar)", StringComparison.Ordinal));
}
