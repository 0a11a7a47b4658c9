using SegTrain.Core.Metrics;
using SegTrain.Core.Recipe;
using SegTrain.Core.Tracking;
using Serilog;

namespace SegTrain.Core.Training;

/// <summary>What <c>segtrain fit</c> asks for.</summary>
/// <param name="Config">The effective configuration; of a resumed run its config.yaml is the file layer.</param>
/// <param name="Resume">The folder of the run to go on with; null starts a new one.</param>
/// <param name="Assertions">Demands whose metric names are to be checked by <see cref="Assertion.CheckNames"/> before anything is written.</param>
/// <param name="CommandLine">For the run folder.</param>
internal sealed record FitRequest(EffectiveConfig Config, string? Resume, IReadOnlyList<Assertion> Assertions, string CommandLine);

/// <summary>The shape of <see cref="Fit.Run"/>.</summary>
internal delegate FitResult RunFit(FitRequest request, IRunProgress progress, ILogger log, CancellationToken stop);

/// <param name="Folder">The run folder, as the user may type it; null when it was removed.</param>
/// <param name="Epochs">Epochs done, those before a resume included.</param>
/// <param name="BestEpoch">The epoch of the best checkpoint, from 1.</param>
/// <param name="Metrics">Of the best checkpoint, by name, per class too; NaN where a class is absent.</param>
/// <param name="Classes">Class names in the order of their index.</param>
/// <param name="Elapsed">Training time of this process.</param>
internal sealed record FitResult(
    string? Folder, int Epochs, int BestEpoch, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<string> Classes, TimeSpan Elapsed);

/// <param name="Folder">Where the curve was left.</param>
/// <param name="Curve">What was found.</param>
internal sealed record RateResult(string Folder, RateCurve Curve);
