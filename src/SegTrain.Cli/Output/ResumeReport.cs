using System.Text;
using SegTrain.Core.Repeats;

namespace SegTrain.Cli.Output;

/// <summary>The result of <c>fit --verify-resume</c>: what was done, and the first digits of each file's hash in both runs.</summary>
internal static class ResumeReport
{
    private const int Digits = 12;

    public static Outcome Of(ResumeProof proof) => new(
        Text(proof),
        Json(proof),
        [.. proof.Files.Select(static file => new Check($"{file.Name} is the same", file.IsEqual ? null : $"wanted the same bits in {file.Name}, got others: resuming does not repeat this run"))]);

    private static string Text(ResumeProof proof)
    {
        var rows = new List<string[]> { (string[])["SHA-256", "unbroken", "resumed", ""] };
        foreach (var file in proof.Files)
            rows.Add([file.Name, Short(file.Unbroken), Short(file.Resumed), file.IsEqual ? "same" : "DIFFERENT"]);
        return new StringBuilder().AppendTable(rows)
            .Append($"\n{proof.Steps} steps unbroken, and again: stopped after step {proof.StoppedAt}, resumed, killed after step {proof.AbandonedAt}, resumed\n")
            .ToString();
    }

    private static string Short(string hash) => hash.Length == 0 ? "-" : hash[..Digits];

    private static string Json(ResumeProof proof) => ResultJson.Object(json =>
    {
        json.WriteNumber("steps", proof.Steps);
        json.WriteNumber("stopped_at", proof.StoppedAt);
        json.WriteNumber("abandoned_at", proof.AbandonedAt);
        json.WriteStartArray("files");
        foreach (var file in proof.Files)
        {
            json.WriteStartObject();
            json.WriteString("name", file.Name);
            json.WriteString("unbroken", file.Unbroken);
            json.WriteString("resumed", file.Resumed);
            json.WriteBoolean("same", file.IsEqual);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBoolean("same", proof.Files.All(static file => file.IsEqual));
    });
}
