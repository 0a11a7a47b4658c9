using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;

namespace SegTrain.Tests.Support;

/// <summary>What is left to finalizers, of all threads, as the runtime's own events tell.</summary>
internal sealed class FinalizedObjects : EventListener
{
    private const EventKeywords Collections = (EventKeywords)1;

    private static readonly ConcurrentDictionary<nint, int> s_counts = new();

    /// <returns>How many objects of a type <paramref name="code"/> leaves to their finalizers.</returns>
    public static Func<Type, int> LeftBy(Action code)
    {
        RunFinalizers();
        using var listener = new FinalizedObjects();
        s_counts.Clear();
        code();
        RunFinalizers();
        // Events come later, in their order.
        LeaveMark();
        RunFinalizers();
        Assert.True(SpinWait.SpinUntil(static () => Count(typeof(Mark)) > 0, TimeSpan.FromSeconds(30)), "no event of a finalizer came");
        return Count;
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime") EnableEvents(eventSource, EventLevel.Verbose, Collections);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("FinalizeObject", StringComparison.Ordinal) != true) return;
        s_counts.AddOrUpdate((nint)eventData.Payload![0]!, 1, static (_, count) => count + 1);
    }

    private static int Count(Type type) => s_counts.GetValueOrDefault(type.TypeHandle.Value);

    private static void RunFinalizers()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveMark() => _ = new Mark();

    private sealed class Mark
    {
        ~Mark() => GC.KeepAlive(this);
    }
}
