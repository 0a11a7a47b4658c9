namespace SegTrain.Kernels;

/// <summary>Work that is cut into shares by its size alone, so that no result depends on who takes which; each is taken by whoever is free.</summary>
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
        var shares = (count + together - 1) / together;
        if (shares <= 1) body(0, count);
        else Each(checked((int)shares), threads, share => body(share * together, Math.Min(count, (share + 1) * together)));
    }

    /// <inheritdoc cref="Each(int, int, Action{int})"/>
    public static void Each(int shares, Action<int> body) => Each(shares, KernelTeam.Threads, body);

    /// <param name="shares">How many there are.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    /// <param name="body">Takes each once.</param>
    public static void Each(int shares, int threads, Action<int> body) => Each(shares, threads, static () => 0, (share, _) => body(share), static _ => { });

    /// <inheritdoc cref="Each{TBuffers}(int, int, Func{TBuffers}, Action{int, TBuffers}, Action{TBuffers})"/>
    public static void Each<TBuffers>(int shares, Func<TBuffers> begin, Action<int, TBuffers> body, Action<TBuffers> end) => Each(shares, KernelTeam.Threads, begin, body, end);

    /// <param name="shares">How many there are.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    /// <param name="begin">Makes what a thread needs for its shares.</param>
    /// <param name="body">Takes each once.</param>
    /// <param name="end">Frees what a thread needed.</param>
    private static void Each<TBuffers>(int shares, int threads, Func<TBuffers> begin, Action<int, TBuffers> body, Action<TBuffers> end)
    {
        var taken = 0;
        threads = Math.Min(threads, shares);
        if (threads <= 1) Take();
        else if (KernelTeam.Run is { } run) run(threads, Take);
        else Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => Take());

        void Take()
        {
            var share = Interlocked.Increment(ref taken) - 1;
            if (share >= shares) return;
            var buffers = begin();
            try
            {
                for (; share < shares; share = Interlocked.Increment(ref taken) - 1) body(share, buffers);
            }
            finally
            {
                end(buffers);
            }
        }
    }
}
