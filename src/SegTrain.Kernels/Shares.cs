namespace SegTrain.Kernels;

/// <summary>Work that is cut into shares by its size alone, so that no result depends on who takes which.</summary>
internal static class Shares
{
    /// <summary>Numbers that are worth a thread's while: some ten microseconds of memory traffic.</summary>
    private const int Enough = 1 << 14;

    /// <param name="count">How many rows or planes there are.</param>
    /// <param name="length">Numbers of each.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    /// <param name="body">Takes those from a first one to before another.</param>
    public static void Run(long count, long length, int threads, Action<long, long> body)
    {
        var together = Math.Max(1, Enough / Math.Max(1, length));
        if (count <= together) body(0, count);
        else Parallel.For(0, (count + together - 1) / together, new ParallelOptions { MaxDegreeOfParallelism = threads }, share =>
            body(share * together, Math.Min(count, (share + 1) * together)));
    }
}
