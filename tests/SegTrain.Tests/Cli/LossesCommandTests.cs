using SegTrain.Losses;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Cli;

public sealed class LossesCommandTests
{
    private readonly SegTrainProgram _program = new();

    [Fact]
    public void AloneItIsTheList()
    {
        Assert.Equal(0, _program.Run("losses"));
        var list = new SegTrainProgram();
        Assert.Equal(0, list.Run("losses", "list"));
        Assert.Equal(_program.Out, list.Out);
        Assert.StartsWith("Region\n  dice ", _program.Out);
    }

    [Fact]
    public void TheListIsMarkdownOrJson()
    {
        Assert.Equal(0, _program.Run("losses", "list", "--markdown"));
        Assert.Equal(LossMarkdown.Page(), _program.Out);
        var json = new SegTrainProgram();
        Assert.Equal(0, json.Run("losses", "list", "--json"));
        Assert.Equal(LossJson.List() + "\n", json.Out);
    }

    [Theory]
    [InlineData("losses list --json --markdown", "--json and --markdown are two forms of one list: leave one out")]
    [InlineData("losses show tverski", "unknown loss 'tverski': did you mean 'tversky'?")]
    [InlineData("losses show tverski --json", "unknown loss 'tverski': did you mean 'tversky'?")]
    [InlineData("losses plot dice --over alpha=0..1", "dice has no parameter 'alpha'")]
    [InlineData("losses plot dice --out no/such/folder/dice.svg", "--out no/such/folder/dice.svg: ")]
    public void WhatIsWrongIsAUsageError(string line, string expected)
    {
        Assert.Equal(2, _program.Run(line.Split(' ')));
        Assert.StartsWith($"segtrain: {expected}", _program.Error);
        Assert.Equal("", _program.Out);
    }

    [Fact]
    public void OneLossIsAPageOrJson()
    {
        Assert.Equal(0, _program.Run("losses", "show", "tversky", "--json"));
        Assert.Equal(LossJson.Show("tversky") + "\n", _program.Out);
    }

    [Fact]
    public void APlotGoesToStdoutOrIntoAFile()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, _program.Run("losses", "plot", "tversky(alpha=0.3)", "dice"));
        Assert.StartsWith("<svg ", _program.Out);
        var written = new SegTrainProgram();
        Assert.Equal(0, written.Run("losses", "plot", "tversky(alpha=0.3)", "dice", "--out", folder.File("both.svg")));
        Assert.Equal(_program.Out, File.ReadAllText(folder.File("both.svg")));
        Assert.Equal("", written.Out);
    }
}
