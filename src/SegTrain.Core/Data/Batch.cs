namespace SegTrain.Core.Data;

/// <summary>Images and classes of one step. The arrays are pinned, exactly as long as the batch, and used again after <see cref="Dispose"/>.</summary>
/// <param name="Step">Its number in the epoch, from 0.</param>
/// <param name="Images">Count x Channels x Height x Width, from 0 to 1.</param>
/// <param name="Targets">Count x Height x Width class indices, <see cref="ClassList.Ignore"/> where there is none.</param>
/// <param name="Count">Images in the batch.</param>
/// <param name="Channels">1, 3 or 4.</param>
/// <param name="Height">Rows of each image.</param>
/// <param name="Width">Pixels of each row.</param>
/// <param name="Names">The samples, in order.</param>
/// <param name="Owner">Where the arrays go back to.</param>
internal sealed record Batch(
    int Step, float[] Images, byte[] Targets, int Count, int Channels, int Height, int Width, IReadOnlyList<string> Names, BatchBuffers Owner) : IDisposable
{
    private bool _disposed;

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
            Owner.Return(Images, Targets);
    }
}

/// <summary>Arrays that go round between loader and consumer; pinned, because tensors are laid over them.</summary>
internal sealed class BatchBuffers(int kept)
{
    private readonly List<(float[] Images, byte[] Targets)> _free = [];

    public (float[] Images, byte[] Targets) Rent(int images, int targets)
    {
        lock (_free)
        {
            var found = _free.FindIndex(pair => pair.Images.Length == images && pair.Targets.Length == targets);
            if (found >= 0)
            {
                var pair = _free[found];
                _free.RemoveAt(found);
                return pair;
            }
        }

        return (GC.AllocateUninitializedArray<float>(images, pinned: true), GC.AllocateUninitializedArray<byte>(targets, pinned: true));
    }

    public void Return(float[] images, byte[] targets)
    {
        lock (_free)
        {
            _free.Add((images, targets));
            if (_free.Count > kept)
                _free.RemoveAt(0);
        }
    }
}
