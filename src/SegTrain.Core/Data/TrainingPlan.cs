using SegTrain.Core.Data.Augment;
using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data;

/// <summary>
/// Shuffled and augmented. An epoch goes through the samples <paramref name="repeat"/> times, each time in a new order; item = pass * samples + sample.
/// The last batch may be smaller, but a single left-over sample of a larger batch size is left out, because batch normalisation
/// has no statistics for it; another epoch leaves out another one.
/// </summary>
internal sealed class TrainingPlan(ISampleSource source, AugmentConfig augment, int batchSize, int repeat, int seed) : IBatchPlan
{
    private readonly Augmenter _augmenter = new(augment);

    public int StepsPerEpoch { get; } = (source.Count * repeat / batchSize) + (source.Count * repeat % batchSize > (batchSize > 1 ? 1 : 0) ? 1 : 0);

    public IReadOnlyList<int[]> Batches(int epoch)
    {
        var items = Enumerable.Range(0, source.Count * repeat).ToArray();
        var random = new CounterRandom((ulong)seed, RandomStream.Shuffle, epoch);
        for (var pass = 0; pass < repeat; pass++)
            random.Shuffle(items.AsSpan(pass * source.Count, source.Count));
        return [.. items.Chunk(batchSize).Take(StepsPerEpoch)];
    }

    public int Sample(int item) => item % source.Count;

    public (int Width, int Height) Size(int item) => augment.Crop is [var width, var height] ? (width, height) : source.Size(Sample(item));

    public PreparedSample Prepare(Sample sample, int epoch, int item)
    {
        var prepared = _augmenter.Prepare(sample, new CounterRandom((ulong)seed, RandomStream.Augment, epoch, item));
        var random = new CounterRandom((ulong)seed, RandomStream.Mix, epoch, item);
        return random.NextDouble() < _augmenter.CutMix
            ? prepared with { Patch = CutMix.Draw(prepared, source.Load(random.NextInt(source.Count)), _augmenter, random) } : prepared;
    }
}
