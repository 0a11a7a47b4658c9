using System.Diagnostics;
using SegTrain.Core.Data.Augment.Deferred;
using SegTrain.Losses;

namespace SegTrain.Core.Data;

/// <summary>
/// Batches in the order of a plan, prepared ahead by threads. The plan and counter-based random numbers alone decide what a batch holds,
/// so neither the number of threads nor the step at which an epoch is entered changes a byte.
/// </summary>
/// <param name="source">The samples.</param>
/// <param name="plan">Which of them, in which order, and how they are changed.</param>
/// <param name="channels">Channels of the source's images.</param>
/// <param name="threads">Threads that prepare samples; 0 prepares them in the caller's.</param>
/// <param name="distances">Makes the distance maps that the loss asks for; null when it asks for none.</param>
/// <param name="combinations">See <see cref="ClassList.Combinations"/>.</param>
/// <param name="defers">Leaves it to the device to make the images.</param>
internal sealed class BatchLoader(
    ISampleSource source, IBatchPlan plan, int channels, int threads, DistanceMap? distances = null, IReadOnlyList<byte[]>? combinations = null, bool defers = false)
{
    // Enough that a slow image does not stall the consumer; more would only cost memory.
    private const int Ahead = 3;

    private readonly BatchBuffers _buffers = new(Ahead + 2);
    private readonly int _labels = combinations?[0].Length ?? 0;
    private long _waited;

    /// <summary>How long the consumer has waited for data in all.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _waited));

    /// <summary>The threads that <c>data.threads</c> means: 0 is one a processor, up to 8.</summary>
    public static int ChooseThreads(int configured) => configured > 0 ? configured : Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Images of each batch of the epoch.</summary>
    public IReadOnlyList<int> Images(int epoch) => [.. plan.Batches(epoch).Select(static items => items.Length)];

    /// <summary>The epoch's batches from <paramref name="firstStep"/> on. The caller disposes each; ending early stops the threads.</summary>
    public IEnumerable<Batch> Epoch(int epoch, int firstStep = 0)
    {
        var batches = plan.Batches(epoch);
        using var prefetch = new Prefetch(batches.Count - firstStep, Ahead, threads, step => Open(batches[firstStep + step], firstStep + step, epoch));
        for (var step = firstStep; step < batches.Count; step++)
        {
            var start = Stopwatch.GetTimestamp();
            var batch = prefetch.Next();
            Interlocked.Add(ref _waited, Stopwatch.GetTimestamp() - start);
            yield return batch;
        }
    }

    private PendingBatch Open(int[] items, int step, int epoch)
    {
        var ((width, height), (targetWidth, targetHeight)) = (plan.Size(items[0]), plan.TargetSize(items[0]));
        var pixels = items.Length * targetHeight * targetWidth;
        var (images, targets, maps) = _buffers.Rent(defers ? 0 : items.Length * height * width * channels, pixels * Math.Max(1, _labels), pixels * (distances?.Planes ?? 0));
        var names = items.Select(item => source.Name(plan.Sample(item))).ToArray();
        return new(
            new Batch(step, images, new DeferredImage?[defers ? items.Length : 0], targets, maps, items.Length, channels, _labels, height, width, targetHeight, targetWidth, names, _buffers), (batch, i) => Fill(batch, i, items[i], epoch));
    }

    private void Fill(Batch batch, int place, int item, int epoch)
    {
        var view = plan.Prepare(source.Load(plan.Sample(item)), epoch, item);
        if (view.Width != batch.Width || view.Height != batch.Height || view.Sample.Image.Channels != batch.Channels)
            throw new InvalidOperationException($"{batch.Names[place]} has {view.Width} x {view.Height} pixels in a batch of {batch.Width} x {batch.Height}");
        var (imageSize, size) = (batch.Images.Length / batch.Count, batch.TargetHeight * batch.TargetWidth);
        var planes = size * Math.Max(1, _labels);
        var target = batch.Targets.AsSpan(place * planes, planes);
        if (defers)
            batch.Deferred[place] = DeferredImage.Of(view);
        view.Write(batch.Images.AsSpan(place * imageSize, imageSize), target[^size..]);
        if (combinations is not null) Spread(target, size, combinations);
        distances?.Write(target, batch.TargetWidth, batch.Distances.AsMemory(place * distances.Planes * size, distances.Planes * size));
    }

    // The combinations stand where the last plane will be, which is written over last.
    private static void Spread(Span<byte> planes, int size, IReadOnlyList<byte[]> combinations)
    {
        var numbers = planes[^size..];
        for (var label = 0; label * size < planes.Length; label++)
        {
            var plane = planes.Slice(label * size, size);
            for (var i = 0; i < size; i++)
                plane[i] = numbers[i] == ClassList.Ignore ? ClassList.Ignore : combinations[numbers[i]][label];
        }
    }
}
