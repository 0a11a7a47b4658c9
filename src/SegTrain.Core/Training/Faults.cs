using SegTrain.Core.Engine;

namespace SegTrain.Core.Training;

/// <summary>What ends a run from outside, as errors that a user can mend.</summary>
internal static class Faults
{
    /// <param name="work">Trains.</param>
    /// <param name="kept">Whether its folder stays when it fails.</param>
    /// <exception cref="SegTrainException">Memory is exhausted, or what the work writes cannot be written.</exception>
    public static T Named<T>(Func<T> work, bool kept = true)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (Name(fault, kept) is { } named)
        {
            throw named;
        }
    }

    private static SegTrainException? Name(Exception fault, bool kept) => fault switch
    {
        // The run within has named it, and does not know that its folder goes.
        SegTrainException { InnerException: { } cause } when !kept && Name(cause, kept: true)?.Message == fault.Message => Name(cause, kept),
        _ when OutOfMemory.Is(fault) => new(ExitCode.OutOfMemory,
            $"out of memory; lower augment.crop, data.resize or model.width, or train.batch_size.{(kept ? " What was saved is kept." : "")}", fault),
        UnauthorizedAccessException => new(ExitCode.Config,
            $"{fault.Message} A run reads and writes all files of its folder: make them this user's, or begin a run in another folder.", fault),
        IOException => new(ExitCode.Config, $"the run folder can no longer be written: {fault.Message} "
            + (kept ? "Checkpoints that were saved are kept: make room, then go on with --resume." : "Make room, then begin again; nothing of it is kept."), fault),
        _ => null,
    };
}
