namespace SegTrain.Core.Data;

/// <summary>What of a run's configuration decides its samples and batches.</summary>
/// <param name="Data">Where the images are and how they are read.</param>
/// <param name="Augment">How training images are changed.</param>
/// <param name="BatchSize">Images a batch; null while it is still to be chosen.</param>
/// <param name="Seed">Of splits, shuffling and random changes.</param>
internal sealed record LoadingConfig(DataConfig Data, AugmentConfig Augment, int? BatchSize, int Seed)
{
    /// <summary><see cref="BatchSize"/> once it is known.</summary>
    public int Batch => BatchSize ?? throw new InvalidOperationException("train.batch_size is still to be chosen");
}
