using System.Runtime.InteropServices;

namespace SegTrain.Core.Training;

/// <summary>What ends a run from outside, as errors that a user can mend.</summary>
internal static class Faults
{
    /// <exception cref="SegTrainException">Memory is exhausted, or what the work writes cannot be written.</exception>
    public static T Named<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ExternalException native) when (IsOutOfMemory(native.Message))
        {
            throw OutOfMemory(native);
        }
        catch (OutOfMemoryException exhausted)
        {
            throw OutOfMemory(exhausted);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Config,
                $"the run folder can no longer be written: {denied.Message} Checkpoints that were saved are kept: make room, then go on with --resume.", denied);
        }
    }

    private static bool IsOutOfMemory(string message) =>
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase);

    private static SegTrainException OutOfMemory(Exception cause) => new(ExitCode.OutOfMemory,
        "out of memory; lower train.batch_size, augment.crop or data.resize, or model.width. What was saved is kept.", cause);
}
