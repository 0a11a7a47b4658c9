using SegTrain.Cli.Output;
using SegTrain.Core.Export;
using SegTrain.Core.Training;
using Serilog;

namespace SegTrain.Cli.Commands;

/// <summary>What the verbs share.</summary>
/// <param name="Terminal">Streams and environment.</param>
/// <param name="Status">The line for progress.</param>
/// <param name="Log">Goes to the terminal and into <paramref name="LogFile"/>.</param>
/// <param name="LogFile">Opened once there is a run folder.</param>
/// <param name="CommandLine">What the user typed, for the run folder.</param>
/// <param name="Fit">Training.</param>
/// <param name="Export">What writes models for other programs.</param>
internal sealed record CommandContext(
    Terminal Terminal, StatusLine Status, ILogger Log, RunLogFile LogFile, string CommandLine, RunFit Fit, RunExport Export);
