using System.Text;
using SegTrain.Core.Data;
using SegTrain.Core.Inspect;

namespace SegTrain.Cli.Output;

/// <summary>An inspection for people: at most <see cref="Shown"/> lines of a kind, the verdict last, where the eye is.</summary>
internal static class InspectReport
{
    private const int Shown = 20;
    private const int BarWidth = 20;

    public static string Text(Inspection found)
    {
        var text = new StringBuilder();
        text.Append($"{found.Data}: {found.Pairs.Train} training{(found.Pairs.Test > 0 ? $", {found.Pairs.Validation} validation and {found.Pairs.Test} test" : $" and {found.Pairs.Validation} validation")} pairs");
        text.Append(found.Pairs.All > 0 ? $" ({found.Pairs.SplitBy})\nlayout {found.Layout}\n" : "\n");
        foreach (var (name, kinds) in new[] { ("images", found.Images), ("masks", found.Masks) }.Where(static kinds => kinds.Item2.Count > 0))
            text.Append($"{name,-6} {string.Join(", ", kinds.Select(InspectionWords.Of))}\n");
        if (found.Encoding is { } encoding)
            text.Append($"       {encoding.Name}: {encoding.Reason}\n");
        if (found.Sizes.Count > 0)
            Sizes(text, found.Sizes);
        if (found.Classes.Count > 0)
            Classes(text, found);
        if (found.Strays.Values.Count > 0)
            Strays(text, found.Strays);
        Findings(text, "Warnings", found.Warnings);
        Findings(text, "Problems", found.Problems);
        if (found.Pairs.All > 0)
            Advice(text, found);
        return text.Append($"\n{InspectionWords.Verdict(found)}\n").ToString();
    }

    private static void Sizes(StringBuilder text, IReadOnlyList<SizeCount> sizes)
    {
        if (sizes is [var only])
        {
            text.Append($"sizes  all {only.Width} x {only.Height}\n");
            return;
        }

        text.Append($"\n{sizes.Count} sizes\n").AppendTable([.. sizes.Take(Shown).Select(size => new[]
        {
            $"{size.Width} x {size.Height}", size.Pairs.ToString(), new string('#', Math.Max(1, size.Pairs * BarWidth / sizes[0].Pairs)),
        })], "  ", 2);
        More(text, sizes.Count);
    }

    private static void Classes(StringBuilder text, Inspection found)
    {
        (string Name, int Pairs, Func<ClassRow, Extent> Of)[] splits =
            [("train", found.Pairs.Train, static row => row.Train), ("val", found.Pairs.Validation, static row => row.Validation), ("test", found.Pairs.Test, static row => row.Test)];
        var shown = splits.Where(static split => split.Pairs > 0).ToList();
        string[] head = ["class", "value", "colour", "pixels", "share", "masks", .. shown.Select(static split => split.Name)];
        text.Append('\n').AppendTable([head, .. found.Classes.Take(Shown).Select(row => (string[])
        [
            row.Name, row.Value, row.Color, $"{row.All.Pixels:N0}", $"{row.All.Share:P2}", $"{row.All.Masks}", .. shown.Select(split => $"{split.Of(row).Share:P2}"),
        ])]);
        More(text, found.Classes.Count);
    }

    private static void Strays(StringBuilder text, Strays strays)
    {
        text.Append("\nStray values\n").AppendTable([["value", "pixels", "masks", "nearest class", "distance"], .. strays.Values.Take(Shown).Select(static value => new[]
        {
            value.Value, $"{value.Pixels:N0}", $"{value.Masks}", value.Nearest, $"{value.Distance:0.0}",
        })], "  ");
        More(text, strays.Values.Count);
        text.Append('\n').AppendTable([["mask", "pixels", "share", "values"], .. strays.Files.Take(Shown).Select(static file => new[]
        {
            file.File, $"{file.Pixels:N0}", $"{file.Share:P2}", InspectionWords.Of(file),
        })], "  ", 3);
        More(text, strays.Files.Count);
    }

    private static void Findings(StringBuilder text, string title, IReadOnlyList<DataProblem> findings)
    {
        if (findings.Count == 0)
            return;
        text.Append($"\n{title}\n");
        foreach (var finding in findings)
        {
            text.Append($"  {finding.Kind.ReplaceLineEndings("\n  ")}\n");
            foreach (var item in finding.Items.Take(Shown))
                text.Append($"    {item}\n");
            More(text, finding.Items.Count, "  ");
        }
    }

    private static void Advice(StringBuilder text, Inspection found)
    {
        if (found.Advice.Weights.Count > 0)
        {
            text.Append("\nclass_weights of the training masks\n").AppendTable(
                [["", .. found.Advice.Weights.Keys], .. found.Classes.Where(static row => row.Index is not null).Take(Shown).Select(row =>
                    (string[])[row.Name, .. found.Advice.Weights.Values.Select(weights => $"{weights[row.Index!.Value]:0.####}")])],
                "  ");
        }

        if (found.Advice.Settings.Count == 0)
            return;
        text.Append("\nProposed\n").AppendTable([.. found.Advice.Settings.Select(static setting => new[] { setting.Key, setting.Reason })], "  ", 1);
        text.Append($"\n{found.Advice.Yaml}");
    }

    private static void More(StringBuilder text, int count, string indent = "")
    {
        if (count > Shown)
            text.Append($"{indent}  and {count - Shown} more\n");
    }
}
