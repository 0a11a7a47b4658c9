using System.Runtime.InteropServices;
using SegTrain.Core;

namespace SegTrain.Cli.Commands;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP during a run: the first asks for a checkpoint and an orderly end, a second Ctrl-C ends the process at once.
/// A second SIGTERM is taken for an echo, because job schedulers send it both to the group and to the process.
/// </summary>
internal sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action<ExitCode> _onFirst;

    /// <param name="onFirst">Called once, to tell the user that the wish was heard.</param>
    public Signals(Action<ExitCode> onFirst)
    {
        _onFirst = onFirst;
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            _registrations.Add(PosixSignalRegistration.Create(signal, Receive));
    }

    /// <summary>Set by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The exit code of the first signal; null when none came.</summary>
    public ExitCode? Received { get; private set; }

    /// <summary>What a registration calls; a signal that is not cancelled here has its default effect, the end of the process.</summary>
    internal void Receive(PosixSignalContext context)
    {
        lock (_stop)
        {
            if (Received is { })
            {
                context.Cancel = context.Signal != PosixSignal.SIGINT;
                return;
            }
            context.Cancel = true;
            Received = context.Signal switch
            {
                PosixSignal.SIGINT => ExitCode.Interrupted,
                PosixSignal.SIGHUP => ExitCode.HungUp,
                _ => ExitCode.Terminated,
            };
        }
        _stop.Cancel();
        _onFirst(Received.Value);
    }

    public void Dispose()
    {
        _registrations.ForEach(static registration => registration.Dispose());
        _stop.Dispose();
    }
}
