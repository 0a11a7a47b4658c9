using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>
/// The way back through functions written in C#, which LibTorch calls for their gradients. What TorchSharp leaves open there: an exception that left such a call
/// would end the process; a gradient that is returned could be collected before LibTorch has taken it; and in a dispose scope those of all functions would live at once.
/// </summary>
internal static class Backward
{
    // Has a shape that fits no gradient, which LibTorch reports as an error of its own.
    private static readonly Tensor s_refusal = empty([0]).DetachFromDisposeScope();

    // Functions on a CPU are called on the thread that asked for gradients, one after the other.
    [ThreadStatic]
    private static Tensor?[]? s_given;

    [ThreadStatic]
    private static ExceptionDispatchInfo? s_fault;

    /// <summary>Adds gradients to the parameters that a number depends on.</summary>
    /// <param name="loss">One number.</param>
    /// <exception cref="ExternalException">An operator of LibTorch fails; a function of ours throws what it threw.</exception>
    public static void From(Tensor loss)
    {
        s_fault = null;
        try
        {
            loss.backward();
        }
        catch (ExternalException) when (s_fault is not null)
        {
            s_fault.Throw();
        }
        finally
        {
            Release();
        }
    }

    /// <summary>What a function returns from <c>backward</c>.</summary>
    /// <param name="slopes">The gradients by its outputs, which are disposed of.</param>
    /// <param name="tensors">How many of its inputs are tensors; they come first.</param>
    /// <param name="others">How many are not.</param>
    /// <param name="gradients">One for each tensor, null where nothing is learnt.</param>
    public static List<Tensor> Return(IEnumerable<Tensor> slopes, int tensors, int others, Func<Tensor?[]> gradients)
    {
        // LibTorch has taken those of the call before.
        Release();
        try
        {
            using var scope = NewDisposeScope();
            s_given = gradients();
            foreach (var gradient in s_given) gradient?.DetachFromDisposeScope();
            return Padded(s_given);
        }
        catch (Exception fault)
        {
            s_fault = ExceptionDispatchInfo.Capture(fault);
            return Padded(Enumerable.Repeat(s_refusal, tensors));
        }
        finally
        {
            foreach (var slope in slopes) slope.Dispose();
        }

        List<Tensor> Padded(IEnumerable<Tensor?> found) => found.Concat(Enumerable.Repeat<Tensor?>(null, others)).ToList()!;
    }

    private static void Release()
    {
        foreach (var gradient in s_given ?? []) gradient?.Dispose();
        s_given = null;
    }
}
