using SegTrain.Core.Data.Layout.Folders;

namespace SegTrain.Core.Data.Layout;

/// <summary>Pairs named by a CSV file with the columns <c>image,mask[,split]</c>; its paths are relative to itself.</summary>
internal static class Manifest
{
    public static IReadOnlyList<Pair> Read(string path, DataProblems problems)
    {
        using var records = CsvReader.Read(File.ReadAllText(path)).GetEnumerator();
        if (!records.MoveNext())
            throw new SegTrainException(ExitCode.Data, $"{path}: the file is empty; its first line must be 'image,mask' or 'image,mask,split'");
        var header = records.Current.Fields.Select(static name => name.ToLowerInvariant()).ToList();
        var (image, mask, split) = (header.IndexOf("image"), header.IndexOf("mask"), header.IndexOf("split"));
        if (image < 0 || mask < 0)
            throw new SegTrainException(ExitCode.Data, $"{path}: line 1 must name the columns 'image,mask' or 'image,mask,split', found '{string.Join(',', header)}'");

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var pairs = new List<Pair>();
        while (records.MoveNext())
        {
            var (line, fields) = records.Current;
            if (fields.Count != header.Count)
                problems.Add($"Every line needs the {header.Count} fields of the header:", $"line {line} has {fields.Count}");
            else if (split >= 0 && !TryParse(fields[split], out _))
                problems.Add("The split must be train, val or test:", $"line {line}: '{fields[split]}'");
            else if (new[] { fields[image], fields[mask] }.Select(file => Existing(file, line)).ToList() is [{ } imageFile, { } maskFile])
                pairs.Add(new Pair(NameOf(fields[image]), imageFile, maskFile, split < 0 ? null : Parse(fields[split])));
        }

        foreach (var twice in pairs.GroupBy(static pair => pair.Image).Where(static group => group.Count() > 1))
            problems.Add("An image may be listed once:", $"{twice.First().Name} is listed {twice.Count()} times");
        return pairs;

        string? Existing(string file, int line)
        {
            var full = Path.Combine(folder, file);
            if (File.Exists(full))
                return full;
            problems.Add("These files are not there (paths are relative to the manifest):", $"line {line}: {file}");
            return null;
        }
    }

    private static string NameOf(string image) => Path.ChangeExtension(image, null).Replace('\\', '/');

    private static Split? Parse(string text) => TryParse(text, out var split) ? split : null;

    private static bool TryParse(string text, out Split? split)
    {
        split = FolderWords.SplitOf(text);
        return text.Length == 0 || split is not null;
    }
}
