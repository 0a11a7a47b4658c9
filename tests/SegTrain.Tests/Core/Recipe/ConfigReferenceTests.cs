using SegTrain.Core.Config;
using SegTrain.Core.Recipe;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Recipe;

public sealed class ConfigReferenceTests
{
    [Fact]
    public void DocsConfigMdIsNotStale()
    {
        var path = Repository.File("docs/config.md");
        if (Repository.RewritesGoldens)
            File.WriteAllText(path, ConfigReference.Markdown());
        Assert.True(ConfigReference.Markdown() == File.ReadAllText(path).ReplaceLineEndings("\n"), "docs/config.md is stale: run the tests with SEGTRAIN_UPDATE_GOLDEN=1");
    }

    [Fact]
    public void TheTemplateIsAConfigurationOfDefaults() => Assert.Equal(ConfigWriter.Write(new RunConfig()), ConfigWriter.Write(Load(ConfigReference.Yaml()).Run));

    [Fact]
    public void EveryKeyIsDescribedAndItsDefaultKeepsItsRules()
    {
        var keys = ConfigSchema<RunConfig>.Leaves.Concat(ConfigSchema<RunConfig>.Leaves.SelectMany(static key => key.Children)).ToList();
        Assert.NotEmpty(keys);
        Assert.All(keys, static key => Assert.True(key.Description.Length > 0, $"{key.Path} has no [Description]"));
        // Reading all defaults back applies every rule, and meets every type that the reader does not know.
        Load(ConfigWriter.Write(new RunConfig()));
    }
}
