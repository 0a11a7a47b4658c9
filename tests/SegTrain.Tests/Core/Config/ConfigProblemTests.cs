using SegTrain.Core;
using SegTrain.Core.Config;
using SegTrain.Core.Recipe;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Config;

/// <summary>What each kind of mistake is answered with, letter by letter.</summary>
public sealed class ConfigProblemTests
{
    [Theory]
    // Unknown keys, with the nearest one of the section, of a mistyped section, or of another section.
    [InlineData("train:\n  epoch: 5\n", "run.yaml:2:3: train.epoch: unknown key; did you mean 'train.epochs'?")]
    [InlineData("trian:\n  epochs: 5\n", "run.yaml:1:1: trian: unknown key; did you mean 'train'?")]
    [InlineData("epochs: 5\n", "run.yaml:1:1: epochs: unknown key; did you mean 'train.epochs'?")]
    [InlineData("Train:\n  epochs: 5\n", "run.yaml:1:1: Train: unknown key; did you mean 'train'?")]
    [InlineData("colour_scheme: dark\n", "run.yaml:1:1: colour_scheme: unknown key")]
    // Duplicates, also across the two ways to write a key.
    [InlineData("train:\n  epochs: 5\n  epochs: 6\n", "run.yaml:3:3: train.epochs: duplicate key; the first is at run.yaml:2:3")]
    [InlineData("loss: dice\nloss: iou\n", "run.yaml:2:1: loss: duplicate key; the first is at run.yaml:1:1")]
    [InlineData("train.epochs: 5\ntrain:\n  epochs: 6\n", "run.yaml:3:3: train.epochs: duplicate key; the first is at run.yaml:1:1")]
    // Wrong types.
    [InlineData("train:\n  epochs: five\n", "run.yaml:2:11: train.epochs: must be a whole number, not 'five'")]
    [InlineData("train:\n  epochs: 5.5\n", "run.yaml:2:11: train.epochs: must be a whole number, not '5.5'")]
    [InlineData("train:\n  epochs: [5]\n", "run.yaml:2:11: train.epochs: must be a whole number, not a list")]
    [InlineData("train:\n  epochs:\n", "run.yaml:2:10: train.epochs: must be a whole number, not empty")]
    [InlineData("optimizer:\n  eps: 1e-8s\n", "run.yaml:2:8: optimizer.eps: must be a number, not '1e-8s'")]
    [InlineData("optimizer:\n  eps: .nan\n", "run.yaml:2:8: optimizer.eps: must be a number, not '.nan'")]
    [InlineData("augment:\n  flip_vertical: yes\n", "run.yaml:2:18: augment.flip_vertical: must be true or false, not 'yes'")]
    [InlineData("data:\n  resize: 255\n", "run.yaml:2:11: data.resize: must be a list such as [1, 2], not '255'")]
    [InlineData("data:\n  resize: [255, x]\n", "run.yaml:2:17: data.resize[1]: must be a whole number, not 'x'")]
    [InlineData("loss: {name: dice}\n", "run.yaml:1:7: loss: must be text, not a mapping")]
    // Ranges and choices.
    [InlineData("train:\n  epochs: 0\n", "run.yaml:2:11: train.epochs: must be from 1 to 1000000, not 0")]
    [InlineData("train:\n  seed: 99999999999\n", "run.yaml:2:9: train.seed: must be from 0 to 2147483647, not 99999999999")]
    [InlineData("schedule:\n  warmup: 1.4\n", "run.yaml:2:11: schedule.warmup: must be from 0 to 1, not 1.4")]
    [InlineData("optimizer:\n  eps: 0\n", "run.yaml:2:8: optimizer.eps: must be from 1.0e-16 to 1, not 0")]
    [InlineData("data:\n  channels: 2\n", "run.yaml:2:13: data.channels: must be 0, 1, 3 or 4, not 2")]
    [InlineData("data:\n  resize: [1, 2, 3]\n", "run.yaml:2:11: data.resize: must have 0 to 2 items, not 3")]
    [InlineData("train:\n  device: gpu\n", "run.yaml:2:11: train.device: must be auto, cpu, cuda or cuda:N, not 'gpu'")]
    [InlineData("model:\n  norm: bach\n", "run.yaml:2:9: model.norm: must be batch, group, instance or none, not 'bach'; did you mean 'batch'?")]
    [InlineData("model:\n  norm: 1\n", "run.yaml:2:9: model.norm: must be batch, group, instance or none, not '1'")]
    [InlineData("loss: ''\n", "run.yaml:1:7: loss: must not be empty")]
    [InlineData("loss:\n", "run.yaml:1:6: loss: must not be empty")]
    // List items.
    [InlineData("data:\n  classes:\n  - value: 1\n", "run.yaml:3:5: data.classes[0]: missing key 'name'")]
    [InlineData("data:\n  classes:\n  - name: a\n    valeu: 1\n    value: 1\n", "run.yaml:4:5: data.classes[0].valeu: unknown key; did you mean 'value'?")]
    [InlineData("data:\n  classes:\n  - {name: a, value: 1, name: b}\n", "run.yaml:3:25: data.classes[0].name: duplicate key")]
    [InlineData("data:\n  classes: [a, b]\n",
        "2 problems in the configuration\n"
        + "run.yaml:2:13: data.classes[0]: must be a mapping of name, value, masks, color, not 'a'\n"
        + "run.yaml:2:16: data.classes[1]: must be a mapping of name, value, masks, color, not 'b'")]
    [InlineData("data:\n  classes: a\n", "run.yaml:2:12: data.classes: must be a list such as [{name: ...}], not 'a'")]
    [InlineData("data:\n  classes:\n  - name: a\n    value: #FF0000\n", "run.yaml:4:11: not valid YAML: a colour needs quotes, '#FF0000': what follows # is a comment otherwise")]
    // Not a mapping, or not YAML.
    [InlineData("train: 5\n", "run.yaml:1:8: train: must be a mapping of keys such as 'epochs'")]
    [InlineData("- loss\n", "run.yaml:1:1: must be a mapping of keys such as 'loss: bce-dice'")]
    [InlineData("dice\n", "run.yaml:1:1: must be a mapping of keys such as 'loss: bce-dice'")]
    [InlineData("train: {epochs: 5\n", "run.yaml:2:1: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'")]
    [InlineData("train:\n\tepochs: 5\n", "run.yaml:1:1: not valid YAML: while scanning a mapping, found invalid tab as indentation")]
    [InlineData("loss: dice\n---\nloss: iou\n", "run.yaml:2:1: not valid YAML: only one document is expected here; remove what follows '---'")]
    [InlineData("loss: *other\n", "run.yaml:1:7: not valid YAML: no anchor '&other' before this alias")]
    [InlineData("[a]: 5\n", "run.yaml:1:1: not valid YAML: a key must be a word")]
    public void EachMistakeIsNamedWithItsPlace(string yaml, string expected) => Assert.Equal(expected, ProblemsOf(yaml));

    [Fact]
    public void ProblemsOfAllLayersComeTogether()
    {
        var problems = ProblemsOf(() => Load(
            "train:\n  epoch: 5\n  batch_size: 0\n",
            new Dictionary<string, string> { ["SEGTRAIN_TRAIN__EPOCH"] = "5", ["SEGTRAIN_Train__Seed"] = "x", ["SEGTRAIN_FOO"] = "1" },
            Set("train.epoch=5"),
            Set("model.norm=[batch"),
            new ConfigOption("--epochs", "train.epochs", "0")));
        Assert.Equal(
            """
            8 problems in the configuration
            run.yaml:2:3: train.epoch: unknown key; did you mean 'train.epochs'?
            run.yaml:3:15: train.batch_size: must be from 1 to 65536, not 0
            SEGTRAIN_FOO: unknown key 'foo'
            SEGTRAIN_TRAIN__EPOCH: unknown key 'train.epoch'; did you mean 'SEGTRAIN_TRAIN__EPOCHS'?
            SEGTRAIN_Train__Seed: must be a whole number, not 'x'
            --set train.epoch: unknown key; did you mean 'train.epochs'?
            --set model.norm: not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'
            --epochs: must be from 1 to 1000000, not 0
            """,
            problems,
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void AValueThatAStrongerLayerReplacesIsStillChecked() =>
        Assert.Equal("run.yaml:2:11: train.epochs: must be from 1 to 1000000, not 0", ProblemsOf(() => Load("train:\n  epochs: 0\n", null, Set("train.epochs=3"))));

    [Theory]
    [InlineData("train.epochs=3", "train.epochs=4", "--set train.epochs: duplicate key; the first is at --set train.epochs")]
    [InlineData("data.classes[0].name=road", null, "--set data.classes[0].name: unknown key; 'data.classes' is set as a whole")]
    [InlineData("data.classes.name=road", null, "--set data.classes.name: unknown key; 'data.classes' is set as a whole")]
    [InlineData("trian.epoch=3", null, "--set trian.epoch: unknown key; did you mean 'train.epochs'?")]
    [InlineData("data.classes=[{value: 1}]", null, "--set data.classes: data.classes[0]: missing key 'name'")]
    [InlineData("train.epochs=", null, "--set train.epochs: must be a whole number, not empty")]
    public void OptionsAreNamedAsTyped(string first, string? second, string expected) =>
        Assert.Equal(expected, ProblemsOf(() => LoadSet(second is null ? [first] : [first, second])));

    [Fact]
    public void AFileThatIsNotThereIsAProblemLikeTheOthers()
    {
        var e = Assert.Throws<SegTrainException>(() => EffectiveConfig.Load(new() { File = "nowhere/run.yaml", Options = [Set("los=dice")] }));
        Assert.Equal(ExitCode.Config, e.Code);
        Assert.Equal(
            "2 problems in the configuration\n"
            + "nowhere/run.yaml: no such file; check the path, or write one to start from with 'segtrain config > FILE'\n"
            + "--set los: unknown key; did you mean 'loss'?",
            e.Message);
    }

    [Fact]
    public void AFolderIsNoFile()
    {
        var e = Assert.Throws<SegTrainException>(() => EffectiveConfig.Load(new() { File = "." }));
        Assert.Equal(".: is a folder; name the YAML file in it", e.Message);
    }

    [Fact]
    public void NothingThatIsWrittenInAFileCrashesTheReader()
    {
        const string Letters = " :-[]{}#'\"\\\n\tab1&*!|>%@`?,.\0\u0085~<=";
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var problems = new Problems();
            var text = new string(random.GetItems<char>(Letters, random.Next(1, 30)));
            new YamlReader(text, (line, column) => Origin.File("run.yaml", line, column), problems).Read();
            refused += Record.Exception(problems.ThrowIfAny) is SegTrainException ? 1 : 0;
        }
        Assert.InRange(refused, 1_000, 5_000);
    }

    [Fact]
    public void HostileNestingIsRefused() =>
        Assert.Equal("run.yaml:1:34: not valid YAML: nested deeper than 32 levels", ProblemsOf(new string('[', 100_000)));
}
