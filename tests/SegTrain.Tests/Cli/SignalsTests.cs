using System.Runtime.InteropServices;
using SegTrain.Cli.Commands;
using SegTrain.Core;

namespace SegTrain.Tests.Cli;

public sealed class SignalsTests : IDisposable
{
    private readonly List<ExitCode> _told = [];
    private readonly Signals _signals;

    public SignalsTests() => _signals = new(_told.Add);

    public void Dispose() => _signals.Dispose();

    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGHUP, 129)]
    public void TheFirstSignalAsksForAnOrderlyEnd(PosixSignal signal, int code)
    {
        Assert.False(_signals.Stop.IsCancellationRequested);
        Assert.True(Survives(signal));
        Assert.True(_signals.Stop.IsCancellationRequested);
        Assert.Equal(code, (int?)_signals.Received);
        Assert.Equal(code, (int)Assert.Single(_told));
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public void ASecondCtrlCEndsTheProcessAndASecondSigtermDoesNot(PosixSignal first)
    {
        Survives(first);
        Assert.True(Survives(PosixSignal.SIGTERM));
        Assert.False(Survives(PosixSignal.SIGINT));
        Assert.Single(_told);
    }

    [Fact]
    public void TheRunIsToldBeforeTheUser()
    {
        using var closed = new Signals(static _ => throw new IOException("the terminal was closed"));
        Assert.Throws<IOException>(() => closed.Receive(new(PosixSignal.SIGHUP)));
        Assert.True(closed.Stop.IsCancellationRequested);
    }

    private bool Survives(PosixSignal signal)
    {
        var context = new PosixSignalContext(signal);
        _signals.Receive(context);
        return context.Cancel;
    }
}
