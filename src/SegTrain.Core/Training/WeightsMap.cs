using SegTrain.Core.Files;
using SegTrain.Core.Text;

namespace SegTrain.Core.Training;

/// <summary>
/// Whose tensors are called otherwise: a text file of lines <c>ours = theirs</c>, in which one * on each side stands for the same text. Empty lines and those that
/// begin with # are left out.
/// </summary>
/// <example><c>encoder.0.*.weight = down1.*.0.weight</c> takes down1.conv1.0.weight for encoder.0.conv1.weight.</example>
internal static class WeightsMap
{
    /// <param name="file">The map.</param>
    /// <param name="ours">Names and shapes of the net.</param>
    /// <param name="theirs">What the file of weights holds.</param>
    /// <returns>Our name to theirs.</returns>
    /// <exception cref="SegTrainException">It cannot be read, or lines are wrong: all of them, with their numbers.</exception>
    public static IReadOnlyDictionary<string, string> Read(string file, IReadOnlyDictionary<string, long[]> ours, IReadOnlyDictionary<string, StoredTensor> theirs)
    {
        var (map, problems) = (new Dictionary<string, (string Theirs, int Line)>(), new List<string>());
        foreach (var (index, line) in Lines(file).Index().Where(static line => line.Item.Trim() is { Length: > 0 } text && text[0] != '#'))
        {
            if (line.Split('=') is not [var left, var right] || Stars(left) > 1 || Stars(left) != Stars(right))
            {
                problems.Add($"line {index + 1}: '{line.Trim()}' is not of the form ours = theirs, with one * on each side or none");
                continue;
            }
            var names = ours.Keys.Select(name => (Ours: name, Theirs: Translated(name, left.Trim(), right.Trim()))).Where(static pair => pair.Theirs is not null).ToList();
            if (names.Count == 0) problems.Add($"line {index + 1}: the net has no tensor {left.Trim()}{Suggest.Hint(left.Trim(), ours.Keys)}");
            foreach (var (name, their) in names)
            {
                if (!map.TryAdd(name, (their!, index + 1))) problems.Add($"line {index + 1}: {name} has its tensor by line {map[name].Line} already");
                else if (!theirs.TryGetValue(their!, out var tensor)) problems.Add($"line {index + 1}: the weights have no tensor {their}{Suggest.Hint(their!, theirs.Keys)}");
                else if (!tensor.IsReal || !tensor.Shape.SequenceEqual(ours[name])) problems.Add($"line {index + 1}: {their} is {tensor}, and {name} is F32 ({string.Join(", ", ours[name])})");
            }
        }
        return problems.Count == 0 ? map.ToDictionary(static one => one.Key, static one => one.Value.Theirs)
            : throw new SegTrainException(ExitCode.Config, $"model.weights_map: {file} does not fit\n{string.Join('\n', problems)}");
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Config, $"model.weights_map: {file} cannot be read: {unread.Message}", unread);
        }
    }

    private static int Stars(string pattern) => pattern.Count(static letter => letter == '*');

    private static string? Translated(string name, string ours, string theirs)
    {
        if (ours.Split('*') is not [var start, var end]) return name == ours ? theirs : null;
        return name.Length >= start.Length + end.Length && name.StartsWith(start, StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal)
            ? theirs.Replace("*", name[start.Length..^end.Length], StringComparison.Ordinal) : null;
    }
}
