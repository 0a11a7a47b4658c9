using System.Text.RegularExpressions;
using SegTrain.Core;
using SegTrain.Core.Config;
using SegTrain.Core.Recipe;

namespace SegTrain.Tests.Core.Config;

/// <summary>Loads configurations from text: the YAML lies in a file named run.yaml in a folder of its own.</summary>
internal static partial class ConfigFixture
{
    public static EffectiveConfig Load(string yaml, IReadOnlyDictionary<string, string>? environment = null, params ConfigOption[] options)
    {
        using var file = new TemporaryYaml(yaml);
        return EffectiveConfig.Load(new() { File = file.Path, Environment = environment ?? new Dictionary<string, string>(), Options = options });
    }

    public static EffectiveConfig LoadEnvironment(params (string Name, string Value)[] variables) =>
        EffectiveConfig.Load(new() { Environment = variables.ToDictionary(static pair => pair.Name, static pair => pair.Value) });

    public static EffectiveConfig LoadSet(params string[] assignments) => EffectiveConfig.Load(new() { Options = [.. assignments.Select(Set)] });

    public static ConfigOption Set(string assignment)
    {
        var parts = assignment.Split('=', 2);
        return new($"--set {parts[0]}", parts[0], parts[1]);
    }

    /// <summary>The problems of a configuration that must be refused, one a line, the path of the file cut to run.yaml.</summary>
    public static string ProblemsOf(Func<EffectiveConfig> load)
    {
        var e = Assert.Throws<SegTrainException>(load);
        Assert.Equal(ExitCode.Config, e.Code);
        return PathOfFile().Replace(e.Message, "run.yaml");
    }

    public static string ProblemsOf(string yaml) => ProblemsOf(() => Load(yaml));

    [GeneratedRegex(@"\S*run\.yaml")]
    private static partial Regex PathOfFile();

    private sealed class TemporaryYaml : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("segtrain").FullName;

        public TemporaryYaml(string yaml) => File.WriteAllText(Path, yaml);

        public string Path => System.IO.Path.Combine(folder, "run.yaml");

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
