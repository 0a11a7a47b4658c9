using SegTrain.Core;

namespace SegTrain.Cli.Commands;

/// <summary>Work that signals end in good order.</summary>
internal static class Stoppable
{
    /// <param name="context">Terminal.</param>
    /// <param name="heard">Said at the first signal.</param>
    /// <param name="work">Gets the wish to stop.</param>
    /// <exception cref="SegTrainException">It was stopped; the code says by what.</exception>
    public static T Run<T>(CommandContext context, string heard, Func<CancellationToken, T> work)
    {
        using var signals = new Signals(_ => context.Status.WriteLine(heard));
        try
        {
            return work(signals.Stop);
        }
        catch (OperationCanceledException e) when (signals.Received is { } code)
        {
            throw new SegTrainException(code, e.Message, e);
        }
        finally
        {
            context.Status.Show("");
        }
    }
}
