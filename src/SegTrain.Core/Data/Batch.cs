using SegTrain.Core.Data.Augment.Deferred;

namespace SegTrain.Core.Data;

/// <summary>Images and classes of one step. The arrays are pinned, exactly as long as the batch, and used again after <see cref="Dispose"/>.</summary>
/// <param name="Step">Its number in the epoch, from 0.</param>
/// <param name="Images">Count x Channels x Height x Width, from 0 to 1; empty where the device makes them.</param>
/// <param name="Deferred">What the device makes the images of; empty where the loader made them.</param>
/// <param name="Targets">Count x TargetHeight x TargetWidth class indices, or Count x Labels x TargetHeight x TargetWidth of 0 and 1; <see cref="ClassList.Ignore"/> where there is neither.</param>
/// <param name="Distances">Count x maps x TargetHeight x TargetWidth distances to the boundaries of the targets; empty when the loss asks for none.</param>
/// <param name="Count">Images in the batch.</param>
/// <param name="Channels">1, 3 or 4.</param>
/// <param name="Labels">Labels that may overlap; 0 where each pixel has one class.</param>
/// <param name="Height">Rows of each image.</param>
/// <param name="Width">Pixels of each row.</param>
/// <param name="TargetHeight">Rows of each target: those of the image but in validation.</param>
/// <param name="TargetWidth">Pixels of each row of a target.</param>
/// <param name="Names">The samples, in order.</param>
/// <param name="Owner">Where the arrays go back to.</param>
internal sealed record Batch(
    int Step, float[] Images, DeferredImage?[] Deferred, byte[] Targets, float[] Distances, int Count, int Channels, int Labels, int Height, int Width, int TargetHeight, int TargetWidth, IReadOnlyList<string> Names, BatchBuffers Owner)
    : IDisposable
{
    private bool _disposed;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        Owner.Return(Images, Targets, Distances);
        foreach (var image in Deferred)
            image?.Dispose();
    }
}

/// <summary>Arrays that go round between loader and consumer; pinned, because tensors are laid over them.</summary>
internal sealed class BatchBuffers(int kept)
{
    private readonly List<(float[] Images, byte[] Targets, float[] Distances)> _free = [];

    public (float[] Images, byte[] Targets, float[] Distances) Rent(int images, int targets, int distances)
    {
        lock (_free)
        {
            var found = _free.FindIndex(arrays => (arrays.Images.Length, arrays.Targets.Length, arrays.Distances.Length) == (images, targets, distances));
            if (found >= 0)
            {
                var arrays = _free[found];
                _free.RemoveAt(found);
                return arrays;
            }
        }

        return (Pinned<float>(images), Pinned<byte>(targets), Pinned<float>(distances));
    }

    public void Return(float[] images, byte[] targets, float[] distances)
    {
        lock (_free)
        {
            _free.Add((images, targets, distances));
            if (_free.Count > kept)
                _free.RemoveAt(0);
        }
    }

    private static T[] Pinned<T>(int length) => GC.AllocateUninitializedArray<T>(length, pinned: true);
}
