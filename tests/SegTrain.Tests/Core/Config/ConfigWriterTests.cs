using SegTrain.Core.Config;
using SegTrain.Core.Recipe;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Config;

public sealed class ConfigWriterTests
{
    private const string Everything =
        """
        data:
          path: 'C:\cells # 1'
          classes:
            - {name: 'sky: blue', value: 0}
            - {name: "no", value: '#FF0000', color: '#00FF00'}
          ignore: [255, 0]
          validation: 0.125
        model:
          norm: none
        loss: tversky(alpha=0.3, beta=0.7)
        optimizer:
          learning_rate: 1e-9
          eps: 0.00000001
        train:
          name: '2026-11-21'
        """;

    [Fact]
    public void WhatIsWrittenReadsBackAsTheSame()
    {
        var config = Load(Everything, null, Set("train.epochs=7"));
        var (plain, commented) = (ConfigWriter.Write(config.Run), config.Text());

        Assert.Equal(plain, ConfigWriter.Write(Load(plain).Run));
        Assert.Equal(plain, ConfigWriter.Write(Load(commented).Run));
        Assert.Equal(["sky: blue", "no"], Load(plain).Run.Data.Classes.Select(static one => one.Name));
        Assert.Equal((1e-9, 1e-8), (Load(plain).Run.Optimizer.LearningRate, Load(plain).Run.Optimizer.Eps));
        Assert.DoesNotContain(" #", ConfigWriter.Write(new RunConfig()));
    }

    [Fact]
    public void EveryValueLineEndsWithItsOrigin()
    {
        var lines = Load(Everything, new Dictionary<string, string> { ["SEGTRAIN_TRAIN__SEED"] = "3" }, new ConfigOption("--epochs", "train.epochs", "7")).Text().Split('\n');

        Assert.Contains("  epochs: 7                             # --epochs", lines);
        Assert.Contains("  seed: 3                               # env SEGTRAIN_TRAIN__SEED", lines);
        Assert.Contains("  batch_size: 8                         # default", lines);
        Assert.Contains(lines, static line => line.StartsWith("  norm: none", StringComparison.Ordinal) && line.EndsWith("run.yaml:9", StringComparison.Ordinal));
        Assert.Contains("    - name: 'sky: blue'", lines);
    }

    [Theory]
    [InlineData("dice", "dice")]
    [InlineData("0.5*bce + 0.5*dice", "0.5*bce + 0.5*dice")]
    [InlineData("tversky(alpha=0.3, beta=0.7)", "tversky(alpha=0.3, beta=0.7)")]
    [InlineData("../data/cells", "../data/cells")]
    [InlineData("~/cells", "~/cells")]
    [InlineData("cuda:0", "cuda:0")]
    [InlineData("Straße", "Straße")]
    [InlineData("", "''")]
    [InlineData("5", "'5'")]
    [InlineData("1e-3", "'1e-3'")]
    [InlineData("0x1F", "'0x1F'")]
    [InlineData("2026-11-21", "'2026-11-21'")]
    [InlineData("null", "'null'")]
    [InlineData("Yes", "'Yes'")]
    [InlineData("it's: x", "'it''s: x'")]
    [InlineData("#FF0000", "'#FF0000'")]
    [InlineData("a #b", "'a #b'")]
    [InlineData("a ", "'a '")]
    [InlineData("*x", "'*x'")]
    [InlineData("a\nb\"\\", "\"a\\u000ab\\\"\\\\\"")]
    public void TextIsQuotedOnlyWhenNeeded(string text, string written) => Assert.Equal(written, YamlText.Quoted(text));

    [Fact]
    public void AnyTextSurvivesTheRoundTrip()
    {
        const string Letters = " :-[]{}#'\"\\\n\tab1e0&*!|>%@`?,.~<=yn\u00e9\u2028\u0085";
        var random = new Random(1);
        for (var i = 0; i < 3_000; i++)
        {
            var text = new string(random.GetItems<char>(Letters, random.Next(1, 8)));
            foreach (var yaml in new[] { $"key: {YamlText.Quoted(text)}  # comment", $"key: [{YamlText.Of(new[] { text })}]" })
            {
                var problems = new Problems();
                var map = (MapNode?)new YamlReader(yaml, static (_, _) => Origin.Default, problems).Read();
                problems.ThrowIfAny();
                var value = map!.Entries[0].Value;
                while (value is ListNode list)
                    value = Assert.Single(list.Items);
                var scalar = Assert.IsType<ScalarNode>(value);
                Assert.Equal((text, false), (scalar.Text, scalar.IsNull));
            }
        }
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e-8, "1.0e-08")]
    [InlineData(1.5e300, "1.5e+300")]
    public void NumbersAreNumbersForYaml11Too(double value, string written) => Assert.Equal(written, YamlText.Number(value));
}
