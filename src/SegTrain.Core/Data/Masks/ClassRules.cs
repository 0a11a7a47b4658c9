namespace SegTrain.Core.Data.Masks;

/// <summary>What the attributes of the class keys cannot express.</summary>
internal static class ClassRules
{
    /// <exception cref="SegTrainException">Bad values, a name or a value used twice, a key that would do nothing.</exception>
    public static void Check(DataConfig config)
    {
        var problems = new List<string>();
        var taken = new List<(ValueRange Range, string By)>();
        var values = config.Classes.Where(static c => c.Value is not null).Select(static c => (Value: c.Value!, By: $"class '{c.Name}'"))
            .Concat(config.Ignore.Select(static v => (Value: v, By: "data.ignore")));
        foreach (var (value, by) in values)
        {
            if (!ValueRange.TryParse(value, out var range))
                problems.Add($"the value '{value}' of {by} must be a grey level 0 to 65535, a range '128-255' or a colour '#RRGGBB'");
            else if (taken.FirstOrDefault(other => other.Range.Overlaps(range) && !(config.HasPlanes && by != "data.ignore")) is { By: not null } other)
                problems.Add($"the value '{value}' of {by} belongs to {other.By} already");
            else
                taken.Add((range, by));
        }

        problems.AddRange(config.Classes.GroupBy(static c => c.Name).Where(static g => g.Count() > 1).Select(static g => $"the class name '{g.Key}' is used {g.Count()} times"));
        problems.AddRange(config.Classes.Where(static c => c.Color is { Length: > 0 } color && !MaskValue.TryParseColor(color, out _))
            .Select(static c => $"the colour '{c.Color}' of class '{c.Name}' must have the form '#RRGGBB'"));
        if (config.HasPlanes)
            CheckPlanes(config, problems);
        else if (config.Classes.Count is 1 or > ClassList.MaxClasses)
            problems.Add($"data.classes has {config.Classes.Count} entries; 2 to {ClassList.MaxClasses} are possible, the background is one of them");
        problems.AddRange(config.Classes.Where(static c => c.Value is null && c.Masks is null).Select(static c => $"class '{c.Name}' needs a value, or masks of its own"));
        if (config.Invert && config.Classes.Count > 0)
            problems.Add("data.invert turns masks round whose two classes are found; write data.classes in the other order instead");
        if (config.Stray != StrayPolicy.Error && config.Classes.Count == 0)
            problems.Add("data.stray says what becomes of values outside data.classes; without data.classes every value is a class");
        if (problems.Count > 0)
            throw new SegTrainException(ExitCode.Config, string.Join('\n', problems));
    }

    private static void CheckPlanes(DataConfig config, List<string> problems)
    {
        problems.AddRange(config.Classes.Where(static c => c.Masks is null).Select(static c => $"class '{c.Name}' has no masks, but others have; all classes need them or none"));
        if (config.Images is null || config.Masks is not null)
            problems.Add("where classes have masks of their own, data.images must say which files are images, and data.masks has no use");
        if (config.Stray != StrayPolicy.Error)
            problems.Add("data.stray has no use where classes have masks of their own: what is not their value is not in the class");
        if (config.Classes.Count > PlaneMap.MaxClasses)
            problems.Add($"data.classes has {config.Classes.Count} entries; with masks of their own up to {PlaneMap.MaxClasses} are possible");
    }
}
