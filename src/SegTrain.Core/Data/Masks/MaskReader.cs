using SegTrain.Core.Data.Layout;
using SegTrain.Core.Images;

namespace SegTrain.Core.Data.Masks;

/// <summary>Looks at masks on all processors. One that does not decode is a problem and left out.</summary>
internal static class MaskReader
{
    // So many results wait at most for the slowest before them.
    private const int Chunk = 256;

    /// <summary>What <paramref name="look"/> makes of each item, in order.</summary>
    public static IEnumerable<TSeen> Each<TItem, TSeen>(
        IReadOnlyList<TItem> items, Func<TItem, TSeen> look, DataProblems problems, IProgress<(int Done, int Total)>? progress = null)
        where TSeen : class
    {
        var done = 0;
        for (var start = 0; start < items.Count; start += Chunk)
        {
            var first = start;
            var seen = new TSeen?[Math.Min(Chunk, items.Count - start)];
            Parallel.For(0, seen.Length, i =>
            {
                seen[i] = Try(look, items[first + i], problems);
                progress?.Report((Interlocked.Increment(ref done), items.Count));
            });
            foreach (var one in seen.OfType<TSeen>())
                yield return one;
        }
    }

    /// <exception cref="SegTrainException">The file does not decode, or not to the size of the pair.</exception>
    public static PixelImage Decode(CheckedPair pair, string file) => Decode(pair, file, pair.Image.Width, pair.Image.Height);

    /// <summary>The same in another size, each pixel taking the nearest.</summary>
    /// <inheritdoc cref="Decode(CheckedPair, string)"/>
    public static PixelImage Decode(CheckedPair pair, string file, int width, int height) =>
        ImageFile.Read(file, Sampling.Nearest, (pair.Image.Width, pair.Image.Height), (width, height));

    private static TSeen? Try<TItem, TSeen>(Func<TItem, TSeen> look, TItem item, DataProblems problems)
        where TSeen : class
    {
        try
        {
            return look(item);
        }
        catch (SegTrainException e) when (e.Code == ExitCode.Data)
        {
            problems.Add("Masks that cannot be read:", e.Message);
            return null;
        }
    }
}
