using System.Text.Json;
using SegTrain.Losses;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Losses;

/// <summary>The catalog as Markdown and as JSON.</summary>
public sealed class LossDocsTests
{
    [Fact]
    public void DocsLossesMdIsNotStale()
    {
        var path = Repository.File("docs/losses.md");
        if (Repository.RewritesGoldens) File.WriteAllText(path, LossMarkdown.Page());
        Assert.True(
            File.Exists(path) && LossMarkdown.Page() == File.ReadAllText(path).ReplaceLineEndings("\n"),
            "docs/losses.md is stale: run the tests with SEGTRAIN_UPDATE_GOLDEN=1");
    }

    [Fact]
    public void The_json_list_has_a_schema_and_every_loss_whole()
    {
        using var json = JsonDocument.Parse(LossJson.List());
        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        var losses = json.RootElement.GetProperty("losses").EnumerateArray().ToList();
        Assert.Equal(LossCatalog.All.Select(loss => loss.Name), losses.Select(loss => loss.GetProperty("name").GetString()));
        Assert.All(LossCatalog.All.Zip(losses), pair =>
        {
            var (loss, written) = pair;
            Assert.Equal(loss.Paper, written.GetProperty("paper").GetString());
            Assert.Equal(loss.Modes.Count(), written.GetProperty("modes").GetArrayLength());
            Assert.Equal(
                loss.Parameters.Select(parameter => (parameter.Name, parameter.Default)),
                written.GetProperty("parameters").EnumerateArray()
                    .Select(parameter => (parameter.GetProperty("name").GetString()!, parameter.GetProperty("default").GetString()!)));
        });
        Assert.Equal(WeightSchedule.All.Count, json.RootElement.GetProperty("weights").GetArrayLength());
    }

    [Fact]
    public void One_loss_as_json_is_its_entry_of_the_list()
    {
        using var json = JsonDocument.Parse(LossJson.Show("jaccard"));
        Assert.Equal((1, "iou"), (json.RootElement.GetProperty("schema").GetInt32(), json.RootElement.GetProperty("name").GetString()));
        Assert.Contains(LossJson.Show("iou")["{\"schema\":1,".Length..^2], LossJson.List(), StringComparison.Ordinal);
    }
}
