namespace SegTrain.Losses;

/// <summary>
/// Squared distances to the nearest marked pixel: exact, in whole numbers, in time linear in the number of pixels. Along the columns by
/// counting, then along the rows as the lower envelope of one parabola a column (Felzenszwalb, Huttenlocher 2012, Distance transforms of
/// sampled functions).
/// </summary>
internal static class DistanceTransform
{
    /// <summary>More rows than any image has: the column has no marked pixel.</summary>
    private const int Never = int.MaxValue / 2;

    /// <summary>How many rows away the nearest marked pixel of its column is, for every pixel of a plane.</summary>
    /// <returns>Whether any pixel is marked.</returns>
    internal static bool Columns(ReadOnlySpan<byte> pixels, byte mark, int width, Span<int> rowsAway)
    {
        for (var i = 0; i < pixels.Length; i++)
        {
            rowsAway[i] = pixels[i] == mark ? 0 : i < width ? Never : Math.Min(rowsAway[i - width] + 1, Never);
        }
        for (var i = pixels.Length - width - 1; i >= 0; i--) rowsAway[i] = Math.Min(rowsAway[i], rowsAway[i + width] + 1);
        return rowsAway[..width].ContainsAnyExcept(Never);
    }

    /// <summary>The squared distances of one row's pixels.</summary>
    /// <param name="rowsAway">What <see cref="Columns"/> left in this row; at least one column has a marked pixel.</param>
    /// <param name="squared">The result.</param>
    /// <param name="sites">Room for the columns whose parabolas are lowest somewhere, from left to right.</param>
    /// <param name="starts">Room for the places from which they are.</param>
    internal static void Row(ReadOnlySpan<int> rowsAway, Span<long> squared, Span<int> sites, Span<int> starts)
    {
        var last = -1;
        for (var x = 0; x < rowsAway.Length; x++)
        {
            if (rowsAway[x] == Never) continue;
            var start = 0;
            while (last >= 0 && (start = FirstNearer(rowsAway, sites[last], x)) <= starts[last]) last--;
            if (last < 0) start = 0;
            if (start >= rowsAway.Length) continue;
            last++;
            (sites[last], starts[last]) = (x, start);
        }
        for (var (x, end) = (rowsAway.Length - 1, last); x >= 0; x--)
        {
            while (x < starts[end]) end--;
            squared[x] = Square(x - sites[end]) + Square(rowsAway[sites[end]]);
        }
    }

    /// <summary>The first place that is nearer to the column on the right than to the one on the left; 0 or less is everywhere.</summary>
    private static int FirstNearer(ReadOnlySpan<int> rowsAway, int left, int right)
    {
        var lead = Square(rowsAway[right]) + Square(right) - Square(rowsAway[left]) - Square(left);
        return lead < 0 ? 0 : (int)Math.Min(lead / (2L * (right - left)) + 1, int.MaxValue);
    }

    private static long Square(long number) => number * number;
}
