namespace SegTrain.Cli;

/// <summary>Text as a POSIX shell takes it, so that what is shown can be pasted.</summary>
internal static class ShellText
{
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(static letter => char.IsLetterOrDigit(letter) || "_-./=:,+@%".Contains(letter))
            ? word
            : $"'{word.Replace("'", "'\\''")}'";

    public static string Joined(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));
}
