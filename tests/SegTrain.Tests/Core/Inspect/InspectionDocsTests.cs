using System.Text.Encodings.Web;
using System.Text.Json;
using SegTrain.Core.Inspect;
using SegTrain.Core.Recipe;
using SegTrain.Tests.Core.Images;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Inspect;

public sealed class InspectionDocsTests
{
    private const string Start = "```json\n";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void TheExampleOfDocsInspectMdIsWhatIsPrinted()
    {
        var path = Repository.File("docs/inspect.md");
        var text = File.ReadAllText(path).ReplaceLineEndings("\n");
        var head = text[..(text.IndexOf(Start, StringComparison.Ordinal) + Start.Length)];
        using var document = JsonDocument.Parse(Example());
        var expected = $"{head}{JsonSerializer.Serialize(document, Indented)}\n```\n";
        if (Repository.RewritesGoldens)
            File.WriteAllText(path, expected);
        Assert.True(expected == File.ReadAllText(path).ReplaceLineEndings("\n"), "docs/inspect.md is stale: run the tests with SEGTRAIN_UPDATE_GOLDEN=1");
    }

    [Fact]
    public void EveryFieldIsExplained()
    {
        var text = File.ReadAllText(Repository.File("docs/inspect.md"));
        using var document = JsonDocument.Parse(Example());
        var fields = document.RootElement.EnumerateObject().Select(static field => field.Name).Except(["data"]).ToList();
        Assert.NotEmpty(fields);
        Assert.All(fields, field => Assert.Matches($"`{field}[`.]", text));
    }

    private static string Example()
    {
        using var folder = new TempFolder();
        foreach (var (name, seed) in new[] { ("train/{0}/a", 1), ("train/{0}/b", 2), ("val/{0}/c", 1) })
        {
            var noise = new byte[32 * 32];
            new Random(seed).NextBytes(noise);
            folder.Grey(string.Format(name, "images") + ".png", 32, 32, noise);
            folder.Grey(string.Format(name, "masks") + ".png", 32, 32, [.. Enumerable.Range(0, 1024).Select(at => (byte)(at < 700 ? 0 : at < 730 && seed == 2 ? 128 : 255))]);
        }

        var config = new RunConfig
        {
            Data = new() { Path = folder.Path, Classes = [new() { Name = "background", Value = "0" }, new() { Name = "cell", Value = "255" }] },
        };
        return (Inspector.Run(config, null).Report with { Data = "cells" }).ToJson().Replace(folder.Path, "cells");
    }
}
