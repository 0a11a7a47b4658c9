namespace SegTrain.Kernels;

/// <summary>
/// Which threads kernels run on. Whoever has threads that wait for the next of his own operators lends them: two sets of threads on the same processors keep each
/// other waiting.
/// </summary>
public static class KernelTeam
{
    /// <summary>How many threads a kernel may take that is not told a number; all processors unless somebody says otherwise. No result depends on it.</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Runs an action once on each of a number of threads, the caller's among them, and returns when all have ended; null: the runtime's pool does it.</summary>
    public static Action<int, Action>? Run { get; set; }
}
