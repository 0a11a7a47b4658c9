using System.Text.Json.Serialization;

namespace SegTrain.Core.Training;

/// <summary>Where a run stands, between two steps. With the weights and the optimizer's tensors it is all that a resumed run needs.</summary>
internal sealed record TrainState
{
    /// <summary>Grows when an older program could not read the file.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Finished epochs.</summary>
    public int Epoch { get; init; }

    /// <summary>Finished steps of the epoch that is under way.</summary>
    public int StepInEpoch { get; init; }

    /// <summary>Finished steps of the run.</summary>
    public long Step { get; init; }

    /// <summary>Sum over the images of the epoch under way of the loss of their batch.</summary>
    public double LossSum { get; init; }

    /// <summary>Images of the epoch under way.</summary>
    public long Images { get; init; }

    /// <summary>Pixel counts of the epoch under way, see <see cref="Metrics.PixelCounts"/>.</summary>
    public long[] Counts { get; init; } = [];

    /// <summary>The best value of the watched metric so far; null before the first validation.</summary>
    public double? Best { get; init; }

    /// <summary>The epoch, from 1, that it came from.</summary>
    public int BestEpoch { get; init; }

    /// <summary>All metrics of that epoch.</summary>
    public Dictionary<string, double> BestMetrics { get; init; } = [];

    /// <summary>Metrics of the last finished epoch.</summary>
    public Dictionary<string, double> Metrics { get; init; } = [];
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrainState))]
internal sealed partial class TrainStateJson : JsonSerializerContext;
