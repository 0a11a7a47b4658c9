using SegTrain.Core.Data.Augment;

namespace SegTrain.Core.Data;

/// <summary>Which samples an epoch's batches hold, and how each is prepared. Everything is a function of the epoch and the place in it.</summary>
internal interface IBatchPlan
{
    /// <summary>Items of each batch of the epoch, in order. Items of one batch have one size.</summary>
    IReadOnlyList<int[]> Batches(int epoch);

    /// <summary>The number of the item's sample in its source.</summary>
    int Sample(int item);

    (int Width, int Height) Size(int item);

    /// <summary>Only validation sees targets in another size than images.</summary>
    (int Width, int Height) TargetSize(int item) => Size(item);

    PreparedSample Prepare(Sample sample, int epoch, int item);
}
