using SegTrain.Core.Config;
using SegTrain.Core.Models;
using SegTrain.Core.Recipe;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Config;

public sealed class ConfigLoaderTests
{
    [Fact]
    public void WithoutAnyLayerTheRecordsDecide()
    {
        var config = EffectiveConfig.Load(new());
        Assert.Equal(new RunConfig().Train, config.Run.Train);
        Assert.Equal("default", config.OriginOf("train.epochs").Label);
    }

    [Fact]
    public void EachLayerOverridesTheOneBelowAndLeavesItsOrigin()
    {
        var config = Load(
            "train:\n  epochs: 2\n  batch_size: 2\n  seed: 2\n",
            new Dictionary<string, string> { ["SEGTRAIN_TRAIN__BATCH_SIZE"] = "3", ["segtrain_train__seed"] = "3" },
            new ConfigOption("--seed", "train.seed", "4"));

        Assert.Equal((2, 3, 4, new RunConfig().Train.ValidateEvery), (config.Run.Train.Epochs, config.Run.Train.BatchSize, config.Run.Train.Seed, config.Run.Train.ValidateEvery));
        Assert.EndsWith("run.yaml:2", config.OriginOf("train.epochs").Label);
        Assert.Equal("env SEGTRAIN_TRAIN__BATCH_SIZE", config.OriginOf("train.batch_size").Label);
        Assert.Equal("--seed", config.OriginOf("train.seed").Label);
        Assert.Equal("default", config.OriginOf("train.validate_every").Label);
    }

    [Fact]
    public void ReservedAndEmptyVariablesAreNoKeys()
    {
        var config = LoadEnvironment(
            ("SEGTRAIN_BACKEND", "cpu"), ("SEGTRAIN_GOLDENS", "x"), ("SEGTRAIN_SHARED", "x"), ("SEGTRAIN_UPDATE_GOLDEN", "1"),
            ("SEGTRAIN_TRAIN__EPOCHS", ""), ("PATH", "x"), ("SEGTRAINER", "x"));
        Assert.Equal(new RunConfig().Train, config.Run.Train);
    }

    [Theory]
    [InlineData("tversky(alpha=0.3, beta=0.7)")]
    [InlineData("0.5*bce + 0.5*dice")]
    [InlineData("*x: [")]
    [InlineData("a # b")]
    public void TextInOptionsAndVariablesNeedsNoYamlQuotes(string loss)
    {
        Assert.Equal(loss, LoadSet($"loss={loss}").Run.Loss);
        Assert.Equal(loss, LoadEnvironment(("SEGTRAIN_LOSS", loss)).Run.Loss);
    }

    [Fact]
    public void OptionValuesAreYaml()
    {
        var config = LoadSet(
            "data.resize=[256, 128]", "model.norm=GROUP", "augment.flip_vertical=true", "optimizer.learning_rate=1e-3", "loss='iou'",
            "data.classes=[{name: sky, value: 0}, {name: road, value: '#FF0000', color: '#00FF00'}]", "data.synthetic={train: 5, size: 32}").Run;

        Assert.Equal([256, 128], config.Data.Resize);
        Assert.Equal(Norm.Group, config.Model.Norm);
        Assert.True(config.Augment.FlipVertical);
        Assert.Equal(1e-3, config.Optimizer.LearningRate);
        Assert.Equal("iou", config.Loss);
        Assert.Equal(["sky 0 ", "road #FF0000 #00FF00"], config.Data.Classes.Select(static one => $"{one.Name} {one.Value} {one.Color}"));
        Assert.Equal((5, 32), (config.Data.Synthetic.Train, config.Data.Synthetic.Size));
    }

    [Theory]
    [InlineData("optimizer.learning_rate=")]
    [InlineData("optimizer.learning_rate=null")]
    [InlineData("data.path=~")]
    [InlineData("data.path=")]
    public void WhatMayBeEmptyCanBeEmptied(string assignment)
    {
        var config = Load("data: {path: cells}\noptimizer: {learning_rate: 1}\n", null, Set(assignment)).Run;
        Assert.True(config.Data.Path is null || config.Optimizer.LearningRate is null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("train:\n  # epochs: 5\nloss: bce-dice\n")]
    [InlineData("data:\n  classes:\n")]
    [InlineData("train: &t\n  epochs: 20\ndata: {ignore: []}\n")]
    public void EmptyPartsKeepTheDefaults(string yaml) =>
        Assert.Equal(ConfigWriter.Write(new RunConfig()), ConfigWriter.Write(Load(yaml).Run));

    [Fact]
    public void AnAliasStandsForItsAnchor()
    {
        var config = Load("data:\n  resize: &side [64, 32]\naugment:\n  crop: *side\n").Run;
        Assert.Equal([64, 32], config.Augment.Crop);
    }

    [Fact]
    public void PathsStayAsWritten() => Assert.Equal("cells/a", Load("data:\n  path: cells/a\n").Run.Data.Path);
}
