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
    private readonly object gate = new();
    private readonly Queue<PendingBatch> pending = new();
    private readonly Func<int, PendingBatch> open;
    private readonly Thread[] workers;
    private readonly int total;
    private readonly int ahead;
    private PendingBatch? current;
    private Exception? broken;
    private int opened;
    private bool stopped;

    /// <param name="total">How many batches there are.</param>
    /// <param name="ahead">How many may be ready or under way at once.</param>
    /// <param name="threads">How many fill; 0 lets the consumer do it.</param>
    /// <param name="open">Makes the empty batch of a number; called in order and never by two threads at once.</param>
    public Prefetch(int total, int ahead, int threads, Func<int, PendingBatch> open)
    {
        (this.total, this.ahead, this.open) = (total, ahead, open);
        workers = [.. Enumerable.Range(0, threads).Select(i => new Thread(Work) { IsBackground = true, Name = $"loader {i}" })];
        foreach (var worker in workers)
            worker.Start();
    }

    public Batch Next() => workers.Length == 0 ? FillHere() : WaitForOldest();

    /// <summary>Ends the threads after the samples they are at.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }

        foreach (var worker in workers)
            worker.Join();
        foreach (var batch in pending)
            batch.Batch.Dispose();
    }

    private Batch FillHere()
    {
        var batch = open(opened++);
        for (var place = 0; place < batch.Batch.Count; place++)
            batch.Fill(place);
        return batch.Batch;
    }

    private Batch WaitForOldest()
    {
        PendingBatch? oldest;
        lock (gate)
        {
            while (broken is null && (!pending.TryPeek(out oldest) || oldest.Filled < oldest.Batch.Count))
                Monitor.Wait(gate);
            if (broken is not null)
                ExceptionDispatchInfo.Throw(broken);
            oldest = pending.Dequeue();
            Monitor.PulseAll(gate);
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

            lock (gate)
            {
                if (reason is not null)
                    batch.Fail(place, reason);
                if (++batch.Filled == batch.Batch.Count)
                    Monitor.PulseAll(gate);
            }
        }
    }

    private (PendingBatch Batch, int Place)? Take()
    {
        lock (gate)
        {
            while (!stopped && broken is null)
            {
                if (current is not null && current.Taken < current.Batch.Count)
                    return (current, current.Taken++);
                if (opened == total)
                    return null;
                if (pending.Count == ahead)
                    Monitor.Wait(gate);
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
            current = open(opened++);
            pending.Enqueue(current);
        }
        catch (Exception e)
        {
            broken = e;
            Monitor.PulseAll(gate);
        }
    }
}
