using System.Text.Json.Serialization;

namespace SegTrain.Core.Training;

/// <summary>Where a run stands, between two steps. With the weights and the optimizer's tensors it is all that a resumed run needs.</summary>
internal sealed record TrainState
{
    public const int Version = 4;

    /// <summary>Grows when an older program could not read the file.</summary>
    public int Schema { get; init; } = Version;

    /// <summary>Finished epochs.</summary>
    public int Epoch { get; init; }

    /// <summary>Batches of the epoch under way that are trained on.</summary>
    public int BatchInEpoch { get; init; }

    /// <summary>Finished steps of the run.</summary>
    public long Step { get; init; }

    /// <summary>Those of them in which the optimizer moved: none that was left out because a number was not finite or overflowed.</summary>
    public long Updates { get; init; }

    /// <summary>Seconds of training, those before a resume included.</summary>
    public double Seconds { get; init; }

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

    /// <summary>The epochs whose checkpoints are kept because they are the best so far, the best first; empty as long as train.keep_best is 1.</summary>
    public RankedEpoch[] Ranking { get; init; } = [];

    /// <summary>Validations since the best.</summary>
    public int Stale { get; init; }

    /// <summary>What the schedule's learning rate is multiplied with, besides: the plateau schedule and rewinding lower it.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>Validations since the best or since the rate was lowered.</summary>
    public int StaleRate { get; init; }

    /// <summary>Steps that were left out because a number was not finite.</summary>
    public int Skipped { get; init; }

    /// <summary>How often the run went back to a checkpoint because a number was not finite.</summary>
    public int Rewinds { get; init; }

    /// <summary>
    /// Training images that go through the net at once, at most; the parts of a batch follow each other and their gradients add up. Null: a whole
    /// batch, as long as there is memory for it.
    /// </summary>
    public int? MicroBatch { get; init; }

    /// <summary>The same for validation.</summary>
    public int? ValidationMicroBatch { get; init; }

    /// <summary>Null where activations are not float16.</summary>
    public LossScale? LossScale { get; init; }

    /// <summary>Metrics of the last finished epoch.</summary>
    public Dictionary<string, double> Metrics { get; init; } = [];

    /// <summary>See <see cref="Resumption.Fingerprint"/>.</summary>
    public string Data { get; init; } = "";
}

/// <param name="Epoch">From 1.</param>
/// <param name="Value">Of train.best.</param>
internal readonly record struct RankedEpoch(int Epoch, double Value);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrainState))]
internal sealed partial class TrainStateJson : JsonSerializerContext;
