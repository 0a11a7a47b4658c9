using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>
/// Losses and gradient norms, each read when the next is there: reading a value waits for the device, so that of one step is read while the
/// next one runs.
/// </summary>
internal sealed class LateReadings(EpochMeter meter) : IDisposable
{
    private readonly Queue<Reading> _pending = new();

    /// <summary>What was not a finite number, and where; null while all are.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether that was gradients, the loss being finite.</summary>
    public bool IsOverflow { get; private set; }

    /// <param name="loss">A scalar.</param>
    /// <param name="norm">L2 norm of the gradients, where the batch ends a step.</param>
    /// <param name="images">Images of the batch.</param>
    /// <param name="where">Says of which step and batch, when it comes to that.</param>
    public void Add(Tensor loss, Tensor? norm, int images, Func<string> where)
    {
        _pending.Enqueue(new(loss.detach().DetachFromDisposeScope(), norm?.DetachFromDisposeScope(), images, where));
        while (_pending.Count > 1) Read();
    }

    /// <summary>Reads what is left; waits for the device.</summary>
    public void Settle()
    {
        while (_pending.Count > 0) Read();
    }

    /// <summary>Goes on after a fault.</summary>
    public void Forget() => (Fault, IsOverflow) = (null, false);

    public void Dispose()
    {
        foreach (var reading in _pending) reading.Dispose();
    }

    private void Read()
    {
        using var reading = _pending.Dequeue();
        double loss = reading.Loss.item<float>();
        double norm = reading.Norm?.item<float>() ?? 0;
        if (double.IsFinite(loss)) meter.AddLoss(loss, reading.Images);
        if (Fault is not null || (double.IsFinite(loss) && double.IsFinite(norm))) return;
        IsOverflow = double.IsFinite(loss);
        Fault = $"the {(IsOverflow ? $"gradients became {norm}" : $"loss became {loss}")} {reading.Where()}";
    }

    private sealed record Reading(Tensor Loss, Tensor? Norm, int Images, Func<string> Where) : IDisposable
    {
        public void Dispose()
        {
            Loss.Dispose();
            Norm?.Dispose();
        }
    }
}
