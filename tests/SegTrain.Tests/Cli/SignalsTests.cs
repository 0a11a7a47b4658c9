using System.Runtime.InteropServices;
using SegTrain.Cli;
using SegTrain.Core;

namespace SegTrain.Tests.Cli;

public sealed class SignalsTests : IDisposable
{
    private readonly List<ExitCode> told = [];
    private readonly Signals signals;

    public SignalsTests() => signals = new(told.Add);

    public void Dispose() => signals.Dispose();

    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    public void TheFirstSignalAsksForAnOrderlyEnd(PosixSignal signal, int code)
    {
        Assert.False(signals.Stop.IsCancellationRequested);
        Assert.True(Survives(signal));
        Assert.True(signals.Stop.IsCancellationRequested);
        Assert.Equal(code, (int?)signals.Received);
        Assert.Equal(code, (int)Assert.Single(told));
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public void ASecondCtrlCEndsTheProcessAndASecondSigtermDoesNot(PosixSignal first)
    {
        Survives(first);
        Assert.True(Survives(PosixSignal.SIGTERM));
        Assert.False(Survives(PosixSignal.SIGINT));
        Assert.Single(told);
    }

    private bool Survives(PosixSignal signal)
    {
        var context = new PosixSignalContext(signal);
        signals.Receive(context);
        return context.Cancel;
    }
}
