using System.Diagnostics;
using System.Text.Json;
using SegTrain.Cli.Output;
using SegTrain.Tests.Core.Images;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Cli;

public sealed class InspectCommandTests : IDisposable
{
    private readonly SegTrainProgram _program = new();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ASoundSetIsZeroAndTheVerdictIsTheLastLine()
    {
        Sound();
        Assert.Equal(0, _program.Run("inspect", _folder.Path, "--set", "train.batch_size=1"));
        Assert.StartsWith($"{_folder.Path}: 2 training and 1 validation pairs", _program.Out);
        Assert.EndsWith("\nReady to train.\n", _program.Out);
        Assert.Contains("two-valued", _program.Out);
        Assert.Equal("", _program.Error);
    }

    [Fact]
    public void WhatFitWouldRefuseIsFourAfterTheReport()
    {
        Sound();
        for (var i = 0; i < 25; i++)
            _folder.Grey($"images/lonely {i}.png", 1, 1, 0);
        Assert.Equal(4, _program.Run("inspect", _folder.Path, "--set", "train.batch_size=1"));
        Assert.EndsWith("\nNot ready: 1 problem that fit would stop at. See the proposed configuration.\n", _program.Out);
        Assert.Contains("images/lonely 19.png\n    and 5 more\n", _program.Out);
        var json = new SegTrainProgram();
        Assert.Equal(4, json.Run("inspect", _folder.Path, "--set", "train.batch_size=1", "--json"));
        using var document = JsonDocument.Parse(json.Out);
        Assert.Equal((1, "refused"), (document.RootElement.GetProperty("schema").GetInt32(), document.RootElement.GetProperty("verdict").GetString()));
        Assert.Equal(25, document.RootElement.GetProperty("problems")[0].GetProperty("items").GetArrayLength());
    }

    [Fact]
    public void TheConfigurationCountsAsForFit()
    {
        Sound();
        var file = _folder.WriteText("run.yaml", $"data: {{path: '{_folder.Path}', validation: 0.34}}\n");
        Assert.Equal(0, _program.Run("inspect", "-c", file, "--set", "data.classes=[]", "--set", "train.batch_size=1"));
        var other = new SegTrainProgram();
        Assert.Equal(3, other.Run("inspect", _folder.Path, "--set", "data.ignore=[blue]"));
        Assert.Contains("'blue'", other.Error);
    }

    [Theory]
    [InlineData("inspect", "which data set? Name its folder or manifest, as in: segtrain inspect cells/")]
    [InlineData("inspect FOLDER --html no/such/folder/page.html", "--html no/such/folder/page.html: ")]
    [InlineData("inspect FOLDER --htm page.html", "unknown option '--htm'; did you mean '--html'?")]
    public void WhatIsWrongWithTheLineIsAUsageError(string line, string expected)
    {
        Sound();
        Assert.Equal(2, _program.Run([.. line.Split(' ').Select(word => word == "FOLDER" ? _folder.Path : word)]));
        Assert.StartsWith($"segtrain: {expected}", _program.Error);
        Assert.Equal("", _program.Out);
    }

    [Fact]
    public void ThePageIsWrittenBesideTheReport()
    {
        Sound();
        Assert.Equal(0, _program.Run("inspect", _folder.Path, "--set", "train.batch_size=1", "--html", _folder["page.html"]));
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_folder["page.html"]));
        Assert.EndsWith("Ready to train.\n", _program.Out);
    }

    [Fact]
    public void TheBarIsForAScreenOnly()
    {
        var screen = new StringWriter();
        var time = new FixedTime();
        var terminal = new Terminal { Out = TextWriter.Null, Error = screen, Interactive = true };
        var view = new InspectView(new(terminal), false, terminal, time);
        time.Now += TimeSpan.TicksPerSecond;
        view.Report(new("masks", 35, 140));
        view.Report(new("masks", 36, 140));
        Assert.Equal("\rmasks  [#####...............]   35/140", screen.ToString());

        var elsewhere = new StringWriter();
        terminal = new() { Out = TextWriter.Null, Error = elsewhere };
        view = new(new(terminal), false, terminal, time);
        time.Now += TimeSpan.TicksPerSecond;
        view.Report(new("masks", 35, 140));
        Assert.Equal("", elsewhere.ToString());
    }

    /// <summary>Where the program lies without LibTorch's library, it still inspects; what does load it says so.</summary>
    [Fact]
    public void LibTorchIsNotLoaded()
    {
        Sound();
        using var program = new TemporaryFolder();
        // Native libraries lie in a folder of their own.
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
            File.Copy(file, program.File(Path.GetFileName(file)));
        Assert.Equal(0, Start(program.File("segtrain.dll"), "inspect", _folder.Path, "--set", "train.batch_size=1", "--html", _folder["page.html"]));
        Assert.Equal(5, Start(program.File("segtrain.dll"), "fit", "--data", _folder.Path, "--set", "train.batch_size=1", "--runs", program.File("runs")));
    }

    /// <summary>A named pipe stands in for a file that takes long to read; who opens its other end knows that the program is at it.</summary>
    [Fact]
    public void CtrlCEndsItAtOnce()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs named pipes and env --default-signal");
        Sound();
        Process.Start("mkfifo", _folder["images/3.png"]).WaitForExit();
        _folder.Grey("masks/3.png", 16, 16, new byte[256]);
        using var program = Process.Start(new ProcessStartInfo(
            "env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "segtrain.dll"), "inspect", _folder.Path]) { RedirectStandardOutput = true })!;
        Process.Start("sh", ["-c", "exec 3> \"$0\"; kill -INT \"$1\"; sleep 1", _folder["images/3.png"], program.Id.ToString()]);
        if (!program.WaitForExit(TimeSpan.FromSeconds(60)))
            program.Kill();
        Assert.Equal(130, program.ExitCode);
        Assert.Equal("", program.StandardOutput.ReadToEnd());
    }

    private static int Start(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Three pairs that differ.</summary>
    private void Sound()
    {
        for (byte i = 0; i < 3; i++)
        {
            _folder.Grey($"images/{i}.png", 16, 16, [.. Enumerable.Range(0, 256).Select(at => (byte)(at + i))]);
            _folder.Grey($"masks/{i}.png", 16, 16, [.. Enumerable.Range(0, 256).Select(static at => (byte)(at % 2))]);
        }
    }

    private sealed class FixedTime : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
