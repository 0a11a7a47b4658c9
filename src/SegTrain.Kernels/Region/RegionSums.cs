namespace SegTrain.Kernels;

/// <summary>
/// What the losses of overlap are made of, in one walk through probabilities and labels:
/// overlap(n, c) = sum of p(n, c, i) over the pixels i whose label is c; prediction(n, c) = sum of p(n, c, i) over the pixels that count;
/// target(n, c) = number of pixels whose label is c; counted(n) = number of pixels that count.
/// </summary>
/// <remarks>
/// Sums are float32 over at most 1,024 pixels, in 32 lanes, and float64 above; they are rounded to float32 at the end. Their order depends on
/// nothing but the shape: neither on the threads nor on the width of the machine's vectors. A p that is not a number reaches the sums that have it as a
/// term, and no others; where a pixel is ignored it is none of any.
/// </remarks>
public static unsafe class RegionSums
{
    // Pixels that are worth a thread.
    private const int Span = 16 * LabelBlock.Size;

    /// <summary>The sums of a batch.</summary>
    /// <typeparam name="T">byte or long.</typeparam>
    /// <param name="p">N C P numbers.</param>
    /// <param name="labels">N P numbers.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="overlap">N C numbers, written.</param>
    /// <param name="prediction">N C numbers, written.</param>
    /// <param name="target">N C numbers, written.</param>
    /// <param name="counted">N numbers, written.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    /// <exception cref="ArgumentException">Lengths do not fit the shape.</exception>
    /// <example>
    /// p = (0.1, 0.2, 0.3, 0.4) of one class 0 with labels (0, 1, 0, 9), 9 being ignored: overlap 0.4, prediction 0.6, target 2, counted 3.
    /// </example>
    public static void Sum<T>(
        ReadOnlySpan<float> p, ReadOnlySpan<T> labels, RegionShape shape,
        Span<float> overlap, Span<float> prediction, Span<float> target, Span<float> counted, int threads)
        where T : unmanaged
    {
        shape.Check(p.Length, labels.Length, overlap.Length);
        var spans = Spans(shape);
        var sums = new RegionRow.Sums[shape.Images * spans * shape.Classes];
        var valid = new int[shape.Images * spans];
        fixed (float* pinnedP = p)
        fixed (T* pinnedLabels = labels)
        {
            var allP = pinnedP;
            var allLabels = pinnedLabels;
            ForEachSpan(shape, threads, (part, image, start, length) =>
            {
                var firstP = allP + ((long)image * shape.Classes * shape.Pixels) + start;
                var spanLabels = new ReadOnlySpan<T>(allLabels + ((long)image * shape.Pixels) + start, length);
                valid[part] = AddSpan(firstP, spanLabels, shape, sums.AsSpan(part * shape.Classes, shape.Classes));
            });
        }
        for (var row = 0; row < shape.Images * shape.Classes; row++)
        {
            var total = new RegionRow.Sums();
            for (var span = 0; span < spans; span++) total.Add(sums[(((row / shape.Classes * spans) + span) * shape.Classes) + (row % shape.Classes)]);
            (overlap[row], prediction[row], target[row]) = ((float)total.Overlap, (float)total.Prediction, total.Target);
        }
        for (var image = 0; image < shape.Images; image++)
        {
            counted[image] = 0;
            foreach (var part in valid.AsSpan(image * spans, spans)) counted[image] += part;
        }
    }

    /// <summary>d p(n, c, i) = (the label is c) d overlap(n, c) + (the pixel counts) d prediction(n, c).</summary>
    /// <typeparam name="T">byte or long.</typeparam>
    /// <param name="labels">N P numbers.</param>
    /// <param name="shape">The shape of p.</param>
    /// <param name="overlap">N C gradients.</param>
    /// <param name="prediction">N C gradients.</param>
    /// <param name="p">N C P gradients, written.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    /// <exception cref="ArgumentException">Lengths do not fit the shape.</exception>
    public static void Gradient<T>(ReadOnlySpan<T> labels, RegionShape shape, ReadOnlySpan<float> overlap, ReadOnlySpan<float> prediction, Span<float> p, int threads)
        where T : unmanaged
    {
        shape.Check(p.Length, labels.Length, Math.Min(overlap.Length, prediction.Length));
        fixed (float* pinnedP = p, pinnedOverlap = overlap, pinnedPrediction = prediction)
        fixed (T* pinnedLabels = labels)
        {
            var allP = pinnedP;
            var allLabels = pinnedLabels;
            var allOverlap = pinnedOverlap;
            var allPrediction = pinnedPrediction;
            ForEachSpan(shape, threads, (_, image, start, length) =>
            {
                var spanLabels = new ReadOnlySpan<T>(allLabels + ((long)image * shape.Pixels) + start, length);
                var row = image * shape.Classes;
                WriteSpan(
                    spanLabels, shape, new ReadOnlySpan<float>(allOverlap + row, shape.Classes), new ReadOnlySpan<float>(allPrediction + row, shape.Classes),
                    allP + ((long)row * shape.Pixels) + start);
            });
        }
    }

    private static int AddSpan<T>(float* p, ReadOnlySpan<T> labels, RegionShape shape, Span<RegionRow.Sums> sums)
        where T : unmanaged
    {
        Span<int> buffer = stackalloc int[LabelBlock.Size];
        Span<float> padded = stackalloc float[LabelBlock.Size];
        var counted = 0;
        for (var start = 0; start < labels.Length; start += LabelBlock.Size)
        {
            var length = Math.Min(LabelBlock.Size, labels.Length - start);
            var block = LabelBlock.Read(labels.Slice(start, length), buffer, shape.IgnoredLabel);
            counted += block.Length - block.Count(shape.IgnoredLabel);
            for (var channel = 0; channel < shape.Classes; channel++)
            {
                var row = new ReadOnlySpan<float>(p + ((long)channel * shape.Pixels) + start, length);
                if (block.Length == length)
                {
                    sums[channel].Add(RegionRow.Sum(row, block, shape.LabelOf(channel), shape.IgnoredLabel));
                    continue;
                }
                // So that nothing is read behind the row; what fills it up is ignored, as its labels say.
                row.CopyTo(padded);
                sums[channel].Add(RegionRow.Sum(padded[..block.Length], block, shape.LabelOf(channel), shape.IgnoredLabel));
            }
        }
        return counted;
    }

    private static void WriteSpan<T>(ReadOnlySpan<T> labels, RegionShape shape, ReadOnlySpan<float> overlap, ReadOnlySpan<float> prediction, float* p)
        where T : unmanaged
    {
        Span<int> buffer = stackalloc int[LabelBlock.Size];
        for (var start = 0; start < labels.Length; start += LabelBlock.Size)
        {
            var length = Math.Min(LabelBlock.Size, labels.Length - start);
            var block = LabelBlock.Read(labels.Slice(start, length), buffer, shape.IgnoredLabel);
            for (var channel = 0; channel < shape.Classes; channel++)
            {
                var row = new Span<float>(p + ((long)channel * shape.Pixels) + start, length);
                RegionRow.Write(row, block, shape.LabelOf(channel), shape.IgnoredLabel, overlap[channel], prediction[channel]);
            }
        }
    }

    private static int Spans(RegionShape shape) => (shape.Pixels + Span - 1) / Span;

    private static void ForEachSpan(RegionShape shape, int threads, Action<int, int, int, int> body)
    {
        var spans = Spans(shape);
        Shares.Each(shape.Images * spans, threads, part =>
        {
            var start = part % spans * Span;
            body(part, part / spans, start, Math.Min(Span, shape.Pixels - start));
        });
    }
}
