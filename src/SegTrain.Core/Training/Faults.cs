using System.Runtime.InteropServices;

namespace SegTrain.Core.Training;

/// <summary>What ends a run from outside, as errors that a user can mend.</summary>
internal static class Faults
{
    // CUDA's words, the CPU allocator's, and those of everything else in C++.
    private static readonly string[] NoMemory = ["out of memory", "can't allocate memory", "not enough memory", "bad_alloc"];

    /// <exception cref="SegTrainException">Memory is exhausted, or what the work writes cannot be written.</exception>
    public static T Named<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exhausted) when (IsOutOfMemory(exhausted))
        {
            throw new SegTrainException(ExitCode.OutOfMemory,
                "out of memory; lower augment.crop, data.resize or model.width, or train.batch_size. What was saved is kept.", exhausted);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Config,
                $"the run folder can no longer be written: {denied.Message} Checkpoints that were saved are kept: make room, then go on with --resume.", denied);
        }
    }

    /// <summary>Whether LibTorch, the C++ library beneath it or .NET say that there is no more memory.</summary>
    public static bool IsOutOfMemory(Exception fault) => fault switch
    {
        OutOfMemoryException => true,
        AggregateException parallel => parallel.Flatten().InnerExceptions.Any(IsOutOfMemory),
        ExternalException native => NoMemory.Any(words => native.Message.Contains(words, StringComparison.OrdinalIgnoreCase)),
        _ => false,
    };
}
