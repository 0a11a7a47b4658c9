using SegTrain.Core.Data.Augment;

namespace SegTrain.Core.Data;

/// <summary>In order and unchanged; a batch ends where the size changes, or where predictions for more pixels would need much memory.</summary>
internal sealed class ValidationPlan(ISampleSource source, int batchSize) : IBatchPlan
{
    private const int MostPixels = 1 << 23;

    private readonly IReadOnlyList<int[]> _batches = Group(source, batchSize);

    public IReadOnlyList<int[]> Batches(int epoch) => _batches;

    public int Sample(int item) => item;

    public (int Width, int Height) Size(int item) => source.Size(item);

    public (int Width, int Height) TargetSize(int item) => source.TargetSize(item);

    public PreparedSample Prepare(Sample sample, int epoch, int item) => new(SampleView.Whole(sample));

    private static List<int[]> Group(ISampleSource source, int batchSize)
    {
        var groups = new List<List<int>>();
        for (var i = 0; i < source.Count; i++)
        {
            if (groups.Count == 0 || !Takes(groups[^1], i))
                groups.Add([]);
            groups[^1].Add(i);
        }

        return [.. groups.Select(static group => group.ToArray())];

        bool Takes(List<int> group, int i)
        {
            var (width, height) = source.TargetSize(i);
            return group.Count < batchSize && (group.Count + 1L) * width * height <= MostPixels
                && source.Size(group[0]) == source.Size(i) && source.TargetSize(group[0]) == (width, height);
        }
    }
}
