using System.Diagnostics;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Cli;

/// <summary>The real program, told to end or without anybody who could read what it says.</summary>
public sealed class EndedFromOutsideTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Small =
    [
        "data.synthetic.train=8", "data.synthetic.validation=2", "data.synthetic.size=16", "data.threads=1", "model.depth=1", "model.width=4",
        "train.epochs=100000", "train.budget=2m", "train.batch_size=4", "train.device=cpu", "train.runs=.", "train.name=run",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public void A_signal_ends_the_run_with_a_checkpoint_and_its_code(string signal, int expected)
    {
        // Whoever runs the tests in the background may have some ignored.
        var run = RealProgram.StartBy(_folder.Path, "exec env --default-signal=INT,HUP,TERM \"$@\"", RealProgram.Fit(Small));
        WaitFor(() => Epochs() > 0 || run.HasExited);
        using (var kill = Process.Start("sh", ["-c", $"kill -{signal} {run.Id}"])) kill.WaitForExit();
        var (code, error) = run.Ended();
        Assert.True(code == expected, $"{code}: {error}");
        Assert.Matches(@"(?m)^segtrain: stopped in epoch \d+ of 100000; go on with: segtrain fit --resume \./run$", error);
        AssertSaved();
    }

    [Fact]
    public void A_terminal_that_is_closed_ends_the_run_with_a_checkpoint()
    {
        // Killed, it takes the terminal with it; the shell there hands the signal on, as one at a prompt does, and outlives it.
        const string Script =
            """
            export SHELL=/bin/sh PROGRAM="$1"; shift; export ARGUMENTS="$*"
            exec env --default-signal=HUP script -qec '
                "$PROGRAM" $ARGUMENTS & trap "kill -HUP $!" HUP
                wait $!; wait $!; echo $? >code.new; mv code.new code' /dev/null </dev/null
            """;
        using (var terminal = RealProgram.StartBy(_folder.Path, Script, RealProgram.Fit(Small).Where(static word => word != "--quiet")))
        {
            WaitFor(() => Epochs() > 0 || terminal.HasExited);
            Assert.SkipWhen(terminal.HasExited && terminal.ExitCode == 127, "there is no 'script' of util-linux here");
            terminal.Kill();
        }
        WaitFor(() => File.Exists(_folder.File("code")));
        Assert.Equal("129\n", File.ReadAllText(_folder.File("code")));
        AssertSaved();
    }

    [Fact]
    public void A_run_of_which_nothing_can_be_shown_comes_to_its_end()
    {
        var run = RealProgram.StartBy(_folder.Path, "exec \"$@\" 2>/dev/full", RealProgram.Fit([.. Small, "train.epochs=1"]).Where(static word => word != "--quiet"));
        Assert.Equal(0, run.Ended().Code);
        Assert.Equal(1, Epochs());
    }

    [Theory]
    [InlineData("losses")]
    [InlineData("config")]
    public void A_pipe_that_nobody_reads_is_no_error(string verb)
    {
        var (code, error) = RealProgram.StartBy(_folder.Path, "{ sleep 0.5; \"$@\"; echo $? >code; } | true; exit $(cat code)", verb).Ended();
        Assert.Equal((0, ""), (code, error));
    }

    private int Epochs() => File.Exists(_folder.File("run/metrics.csv")) ? File.ReadLines(_folder.File("run/metrics.csv")).Count() - 1 : 0;

    private void AssertSaved()
    {
        Assert.Contains("\"reason\":\"interrupted\"", File.ReadLines(_folder.File("run/events.jsonl")).Last(), StringComparison.Ordinal);
        RealProgram.Start(_folder.Path, "fit", "--quiet", "--resume", "run", "--budget", "1steps").Succeeded();
    }

    private static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "it hangs");
}
