using System.Text.Json;
using System.Text.RegularExpressions;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Cli;

/// <summary>docs/events.md against what real runs write: every documented field appears, and every field is documented.</summary>
public sealed partial class EventDocsTests : IDisposable
{
    private static readonly ILookup<string, string> Documented = Read();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("start")]
    [InlineData("epoch")]
    [InlineData("warning")]
    [InlineData("end")]
    public void Events_have_the_fields_that_are_documented(string name)
    {
        // The weights of the first leave the numbers, whatever the rounding, so that there are warnings, and it fails in the end.
        Assert.Equal(6, Fit("failed", ["--loss", "1e37*ce", "--epochs", "40", "--set", "optimizer.name=sgd", "--set", "optimizer.clip_norm=0", "--set", "train.non_finite=skip"]).Code);
        Assert.Equal(0, Fit("done", ["--epochs", "1"]).Code);
        var lines = new[] { "failed", "done" }.SelectMany(run => File.ReadLines(_folder.File($"{run}/events.jsonl"))).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["end", "epoch", "start", "warning"], lines.Select(static line => line.GetProperty("event").GetString()).Distinct().Order());
        var events = lines.Where(line => line.GetProperty("event").GetString() == name);
        Assert.Equal(Documented["Every event"].Concat(Documented[name]).Order(), events.SelectMany(static line => Fields(line)).Distinct().Order());
    }

    [Theory]
    [InlineData("fit --json", "--assert", "val.dice>=0")]
    [InlineData("fit --seeds --json", "--seeds", "2", "--assert", "val.dice>=0")]
    [InlineData("fit --verify-resume --json", "--verify-resume")]
    [InlineData("fit --find-lr --json", "--find-lr")]
    public void Results_have_the_fields_that_are_documented(string name, params string[] options)
    {
        var (code, output, error) = Fit("run", ["--json", "--epochs", "2", .. options]);
        Assert.True(code == 0, error);
        Assert.Single(output, static letter => letter == '\n');
        using var json = JsonDocument.Parse(output);
        Assert.Equal(Documented[name].Order(), Fields(json.RootElement).Distinct().Order());
    }

    [Fact]
    public void Evaluations_have_the_fields_that_are_documented()
    {
        Assert.Equal(0, Fit("run", ["--epochs", "1"]).Code);
        var program = new SegTrainProgram();
        Assert.Equal(0, program.Run("evaluate", _folder.File("run"), "--json", "--assert", "pooled.dice>=0", "--device", "cpu"));
        using var json = JsonDocument.Parse(program.Out);
        Assert.Equal(Documented["evaluate --json"].Order(), Fields(json.RootElement).Distinct().Order());
    }

    [Fact]
    public void A_calibration_has_the_fields_that_are_documented()
    {
        Assert.Equal(0, Fit("run", ["--epochs", "1"]).Code);
        var program = new SegTrainProgram();
        Assert.Equal(0, program.Run("calibrate", _folder.File("run"), "--json", "--device", "cpu"));
        using var json = JsonDocument.Parse(program.Out);
        Assert.Equal(Documented["calibrate --json"].Order(), Fields(json.RootElement).Order());
    }

    [Theory]
    [InlineData("", "list")]
    [InlineData("losses[].", "show", "kaggle-tversky")]
    public void Losses_have_the_fields_that_are_documented(string path, params string[] arguments)
    {
        var program = new SegTrainProgram();
        Assert.Equal(0, program.Run(["losses", .. arguments, "--json"]));
        using var json = JsonDocument.Parse(program.Out);
        var fields = Fields(json.RootElement).Select(field => field == "schema" ? field : path + field).ToHashSet();
        // A loss without parameters has an empty list.
        fields.Remove("losses[].parameters");
        Assert.Equal(Documented["losses list --json"].Where(field => field == "schema" || field.StartsWith(path, StringComparison.Ordinal)).Order(), fields.Order());
    }

    private (int Code, string Out, string Error) Fit(string run, string[] options)
    {
        string[] small =
        [
            "data.synthetic.classes=3", "data.synthetic.train=8", "data.synthetic.validation=4", "data.synthetic.size=16", "data.threads=1",
            "model.depth=1", "model.width=8", "train.batch_size=4", "train.device=cpu", $"train.runs={_folder.Path}", $"train.name={run}",
        ];
        var program = new SegTrainProgram { Fit = SegTrain.Core.Training.Fit.Run };
        var code = program.Run(["fit", "--quiet", .. options, .. small.SelectMany(static key => new[] { "--set", key })]);
        return (code, program.Out, program.Error);
    }

    // Paths to the values; metrics and modes are one value, whatever their names.
    private static IEnumerable<string> Fields(JsonElement value, string path = "") => value.ValueKind switch
    {
        JsonValueKind.Object when !path.EndsWith("metrics", StringComparison.Ordinal) && !path.EndsWith("not_for", StringComparison.Ordinal) =>
            value.EnumerateObject().SelectMany(field => Fields(field.Value, path.Length == 0 ? field.Name : $"{path}.{field.Name}")),
        JsonValueKind.Array when value.EnumerateArray().Any(static item => item.ValueKind == JsonValueKind.Object) =>
            value.EnumerateArray().SelectMany(item => Fields(item, $"{path}[]")),
        _ => [path],
    };

    // By heading: what stands in its backquotes first, or all of it.
    private static ILookup<string, string> Read()
    {
        var fields = new List<(string Heading, string Field)>();
        var heading = "";
        foreach (var line in File.ReadLines(Repository.File("docs/events.md")))
        {
            if (line.StartsWith("###", StringComparison.Ordinal))
                heading = Heading().Match(line).Groups["name"].Value;
            else if (Row().Match(line) is { Success: true } row)
                fields.Add((heading, row.Groups["field"].Value));
        }

        return fields.ToLookup(static pair => pair.Heading, static pair => pair.Field);
    }

    [GeneratedRegex(@"^### (`(?<name>[^`]+)`|(?<name>.+))")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| `(?<field>[^`]+)` \|")]
    private static partial Regex Row();
}
