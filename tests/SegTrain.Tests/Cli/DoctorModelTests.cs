using SegTrain.Tests.Core.Images;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Cli;

public sealed class DoctorModelTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SegTrainProgram _program = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Parameters by hand: 3x3 convolutions 3 to 4, 4 to 4, 4 to 8, 8 to 8, 8 to 4 and 4 to 4 with two numbers of a norm an output, 2x2 up 8 to 4 with biases, 1x1 head.</summary>
    [Fact]
    public void All_that_is_known_of_a_model_is_shown()
    {
        var file = TrainedFile.Write(_folder["model"], data: new() { Path = "cells", Resize = [64, 48] }, card: static card => card with
        {
            Version = "1.2.3", Threshold = 0.375, Temperatures = [1.75], Epoch = 12, Data = "abc123", Metrics = new() { ["val.loss"] = 0.25, ["val.dice"] = 0.8125, ["val.dice[c0]"] = 0.5 },
        });
        Assert.Equal(0, _program.Run("doctor", _folder["model"]));
        var convolutions = ((int, int)[])[(3, 4), (4, 4), (4, 8), (8, 8), (8, 4), (4, 4)];
        var parameters = convolutions.Sum(static sides => (9 * sides.Item1 * sides.Item2) + (2 * sides.Item2)) + (4 * 8 * 4) + 4 + 4 + 1;
        Assert.Matches(
            $"""
            ^model       \S+model\.safetensors, \d+ kB, by segtrain 1\.2\.3
            net         U-Net depth 1, width 4, norm batch, block plain, up transposed; output stride 2
            parameters  {parameters:N0}
            images      RGB, brought to 64 x 48 by stretch
            classes     2, which exclude each other
                        0 c0: mask value 0, shown as #000000
                        1 c1: mask value 1, shown as #E6194B
            data        cells, hash abc123
            loss        \S+
            epoch       12
                        val\.dice 0\.8125
                        val\.loss 0\.25
            threshold   0\.375
            temperature 1\.75
            $
            """.ReplaceLineEndings("\n"), _program.Out);
        Assert.StartsWith($"model       {file}", _program.Out);
    }

    [Fact]
    public void What_is_no_model_is_said()
    {
        _folder.WriteText("notes.txt", "nothing");
        Assert.Equal(4, _program.Run("doctor", _folder["notes.txt"]));
        Assert.Matches(@"^segtrain: \S+notes\.txt is no model: [^\n]+\n$", _program.Error);
        Assert.Equal("", _program.Out);
        var model = TrainedFile.Write(_folder["model"]);
        File.WriteAllBytes(model, File.ReadAllBytes(model)[..^9]);
        Assert.Equal(4, new SegTrainProgram().Run("doctor", model));
    }
}
