namespace SegTrain.Kernels;

/// <summary>
/// Pixels by true and found class, row-major, those to be ignored left out.
/// <code>cells[t columns + f] += 1 for each pixel with truth t != ignore and found f</code>
/// </summary>
/// <remarks>Pointers are to bytes and to aligned 64-bit numbers; nothing beyond them is read or written.</remarks>
public static unsafe class ClassCells
{
    private const int Stretch = 1 << 15;

    /// <param name="count">How many pixels there are.</param>
    /// <param name="columns">Classes that may be found; both indices are below it, but the truth of pixels that are ignored.</param>
    /// <param name="ignore">The truth of pixels that do not count.</param>
    /// <param name="truth">An index a pixel.</param>
    /// <param name="found">An index a pixel.</param>
    /// <param name="cells">columns x columns counts, added to.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    public static void Add(long count, int columns, byte ignore, byte* truth, byte* found, long* cells, int threads)
    {
        var gate = new Lock();
        Shares.Run((count + Stretch - 1) / Stretch, Stretch, threads, (from, to) =>
        {
            // The next pixel is often of the same classes; counted in the other table it need not wait for this one.
            var (even, odd) = (new int[columns * columns], new int[columns * columns]);
            var end = Math.Min(count, to * Stretch);
            for (var i = from * Stretch; i < end; i++)
            {
                if (truth[i] != ignore) ((i & 1) == 0 ? even : odd)[(truth[i] * columns) + found[i]]++;
            }
            lock (gate)
            {
                for (var cell = 0; cell < even.Length; cell++) cells[cell] += even[cell] + odd[cell];
            }
        });
    }
}
