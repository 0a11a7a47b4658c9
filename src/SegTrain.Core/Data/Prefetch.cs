using System.Runtime.ExceptionServices;

namespace SegTrain.Core.Data;

/// <summary>A batch whose places are being filled. Its counters change under the lock of <see cref="Prefetch"/>.</summary>
internal sealed class PendingBatch(Batch batch, Action<Batch, int> fill)
{
    public Batch Batch => batch;

    public int Taken { get; set; }

    public int Filled { get; set; }

    /// <summary>The failure of the first place that failed, so that the order of threads does not choose the message.</summary>
    public (int Place, Exception Reason)? Failure { get; private set; }

    public void Fill(int place) => fill(batch, place);

    public void Fail(int place, Exception reason)
    {
        if (Failure is not { } earlier || place < earlier.Place)
            Failure = (place, reason);
    }
}

/// <summary>Fills batches ahead of their consumer, place by place in order, by any number of threads; by none, in the consumer's own.</summary>
internal sealed class Prefetch : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<PendingBatch> _pending = new();
    private readonly Func<int, PendingBatch> _open;
    private readonly Thread[] _workers;
    private readonly int _total;
    private readonly int _ahead;
    private PendingBatch? _current;
    private Exception? _broken;
    private int _opened;
    private bool _stopped;

    /// <param name="total">How many batches there are.</param>
    /// <param name="ahead">How many may be ready or under way at once.</param>
    /// <param name="threads">How many fill; 0 lets the consumer do it.</param>
    /// <param name="open">Makes the empty batch of a number; called in order and never by two threads at once.</param>
    public Prefetch(int total, int ahead, int threads, Func<int, PendingBatch> open)
    {
        (_total, _ahead, _open) = (total, ahead, open);
        _workers = [.. Enumerable.Range(0, threads).Select(i => new Thread(Work) { IsBackground = true, Name = $"loader {i}" })];
        foreach (var worker in _workers)
            worker.Start();
    }

    public Batch Next() => _workers.Length == 0 ? FillHere() : WaitForOldest();

    /// <summary>Ends the threads after the samples they are at.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var worker in _workers)
            worker.Join();
        foreach (var batch in _pending)
            batch.Batch.Dispose();
    }

    private Batch FillHere()
    {
        var batch = _open(_opened++);
        for (var place = 0; place < batch.Batch.Count; place++)
            batch.Fill(place);
        return batch.Batch;
    }

    private Batch WaitForOldest()
    {
        PendingBatch? oldest;
        lock (_gate)
        {
            while (_broken is null && (!_pending.TryPeek(out oldest) || oldest.Filled < oldest.Batch.Count))
                Monitor.Wait(_gate);
            if (_broken is not null)
                ExceptionDispatchInfo.Throw(_broken);
            oldest = _pending.Dequeue();
            Monitor.PulseAll(_gate);
        }

        if (oldest.Failure is { } failure)
        {
            oldest.Batch.Dispose();
            ExceptionDispatchInfo.Throw(failure.Reason);
        }

        return oldest.Batch;
    }

    private void Work()
    {
        while (Take() is var (batch, place))
        {
            Exception? reason = null;
            try
            {
                batch.Fill(place);
            }
            catch (Exception e)
            {
                // Thrown again by the consumer, when it comes to this batch.
                reason = e;
            }

            lock (_gate)
            {
                if (reason is not null)
                    batch.Fail(place, reason);
                if (++batch.Filled == batch.Batch.Count)
                    Monitor.PulseAll(_gate);
            }
        }
    }

    private (PendingBatch Batch, int Place)? Take()
    {
        lock (_gate)
        {
            while (!_stopped && _broken is null)
            {
                if (_current is not null && _current.Taken < _current.Batch.Count)
                    return (_current, _current.Taken++);
                if (_opened == _total)
                    return null;
                if (_pending.Count == _ahead)
                    Monitor.Wait(_gate);
                else
                    OpenNext();
            }

            return null;
        }
    }

    private void OpenNext()
    {
        try
        {
            _current = _open(_opened++);
            _pending.Enqueue(_current);
        }
        catch (Exception e)
        {
            _broken = e;
            Monitor.PulseAll(_gate);
        }
    }
}
