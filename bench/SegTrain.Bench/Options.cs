namespace SegTrain.Bench;

/// <summary>Words such as <c>--rounds 5</c>.</summary>
internal sealed class Options(string[] words)
{
    public string Text(string name, string fallback) =>
        Array.IndexOf(words, name) is >= 0 and var at && at + 1 < words.Length ? words[at + 1] : fallback;

    public int Number(string name, int fallback) => int.Parse(Text(name, $"{fallback}"));
}
