using System.Net;
using System.Text;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout.Folders;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Files;
using SegTrain.Core.Images;

namespace SegTrain.Core.Inspect;

/// <summary>An inspection as one HTML file that needs no other: well-formed as XML, pictures inside, no script.</summary>
internal static class InspectionPage
{
    private const int Shown = 200;

    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --quiet: #888; --bad: #c22; --good: #282; }
        @media (prefers-color-scheme: dark) { :root { --bad: #f77; --good: #7c7; } }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
        h1 { font-size: 1.4rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        .refused { color: var(--bad); } .ready { color: var(--good); } .quiet { color: var(--quiet); }
        .wide { overflow-x: auto; } table { border-collapse: collapse; }
        th, td { padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; } td.text { white-space: normal; text-align: left; }
        i { display: inline-block; width: .9em; height: .9em; margin-right: .5em; border: 1px solid var(--quiet); vertical-align: -.1em; }
        b.bar { display: inline-block; height: .7em; background: var(--quiet); }
        pre { padding: 1rem; border: 1px solid var(--line); overflow-x: auto; }
        .pairs { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; max-width: 100%; }
        img { display: block; max-width: 100%; image-rendering: auto; } figcaption { font-size: .85rem; max-width: 452px; overflow-wrap: anywhere; }
        """;

    /// <summary>Draws the picked pairs and writes the page, whole or not at all.</summary>
    public static void Write(string path, Inspected found) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        foreach (var part in Parts(found))
            writer.WriteLine(part);
    });

    private static IEnumerable<string> Parts(Inspected found)
    {
        var report = found.Report;
        yield return $"""
            <!DOCTYPE html>
            <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title>{Text(report.Data)}: data inspection</title>
            <style>{Style}</style>
            </head>
            <body>
            <h1>{Text(report.Data)}</h1>
            <p class="{report.Verdict.ToString().ToLowerInvariant()}"><strong>{Text(InspectionWords.Verdict(report))}</strong></p>
            <p>{report.Pairs.Train} training, {report.Pairs.Validation} validation and {report.Pairs.Test} test pairs{Text(report.Pairs.All > 0 ? $" ({report.Pairs.SplitBy}), layout: {report.Layout}" : "")}.
            Images: {Text(string.Join(", ", report.Images.Select(InspectionWords.Of)))}. Masks: {Text(string.Join(", ", report.Masks.Select(InspectionWords.Of)))}{Text(report.Encoding is { } encoding ? $"; {encoding.Name}: {encoding.Reason}" : "")}.</p>
            """;
        yield return Findings("Problems", report.Problems);
        yield return Findings("Warnings", report.Warnings);
        yield return Table("Classes", ["class", "value", "pixels", "share", "masks", "train", "val", "test"], report.Classes, static row =>
        [
            $"<i style=\"background:{row.Color}\"></i>{Text(row.Name)}", Text(row.Value), $"{row.All.Pixels:N0}", $"{row.All.Share:P2}", $"{row.All.Masks}",
            $"{row.Train.Share:P2}", $"{row.Validation.Share:P2}", $"{row.Test.Share:P2}",
        ]);
        yield return Table("Stray values", ["value", "pixels", "masks", "nearest class", "distance"], report.Strays.Values, static value =>
            [Text(value.Value), $"{value.Pixels:N0}", $"{value.Masks}", Text(value.Nearest), $"{value.Distance:0.0}"]);
        yield return Table("Masks with stray values", ["mask", "split", "pixels", "share", "values"], report.Strays.Files, static file =>
            [Text(file.File), file.Split, $"{file.Pixels:N0}", $"{file.Share:P2}", Text(InspectionWords.Of(file))]);
        yield return Table("Sizes", ["width x height", "pairs", ""], report.Sizes, size =>
            [$"{size.Width} x {size.Height}", $"{size.Pairs}", $"<b class=\"bar\" style=\"width:{10.0 * size.Pairs / report.Sizes[0].Pairs:0.0#}rem\"></b>"]);
        yield return Table("Class weights of the training masks", ["class", .. report.Advice.Weights.Keys], report.Advice.Weights.Count == 0 ? [] : report.Classes.Where(static row => row.Index is not null).ToList(), row =>
            [Text(row.Name), .. report.Advice.Weights.Values.Select(weights => $"{weights[row.Index!.Value]:0.####}")]);
        yield return Table("Proposed configuration", ["key", "reason"], report.Advice.Settings, static setting => [Text(setting.Key), Text(setting.Reason)]);
        if (report.Advice.Settings.Count > 0)
            yield return $"<pre>{Text(report.Advice.Yaml)}</pre>";
        if (found.Picks.Count > 0)
            yield return "<h2>Pairs</h2>\n<p class=\"quiet\">Left the image, right the image under its classes; ignored pixels are hatched, pixels of no class magenta.</p>\n<div class=\"pairs\">";
        foreach (var pick in found.Picks)
            yield return Figure(pick, found.Survey);
        yield return $"{(found.Picks.Count > 0 ? "</div>\n" : "")}</body>\n</html>";
    }

    private static string Findings(string title, IReadOnlyList<DataProblem> findings) => findings.Count == 0 ? "" : $"""
        <h2>{title}</h2>
        <ul>
        {string.Join('\n', findings.Select(static finding => $"<li>{Text(finding.Kind).ReplaceLineEndings("<br />")}{Items(finding.Items)}</li>"))}
        </ul>
        """;

    private static string Items(IReadOnlyList<string> items)
    {
        if (items.Count == 0)
            return "";
        var list = $"<ul>{string.Concat(items.Take(Shown).Select(static item => $"<li>{Text(item)}</li>"))}</ul>{More(items.Count)}";
        return items.Count <= 20 ? list : $"<details><summary>{items.Count}</summary>{list}</details>";
    }

    private static string Table<T>(string title, IReadOnlyList<string> head, IReadOnlyList<T> rows, Func<T, IReadOnlyList<string>> cells) => rows.Count == 0 ? "" : $"""
        <h2>{title}</h2>
        <div class="wide"><table>
        <tr>{string.Concat(head.Select(static cell => $"<th>{Text(cell)}</th>"))}</tr>
        {string.Join('\n', rows.Take(Shown).Select(row => $"<tr>{string.Concat(cells(row).Select(static cell => $"<td>{cell}</td>"))}</tr>"))}
        </table></div>{More(rows.Count)}
        """;

    private static string More(int count) => count > Shown ? $"<p class=\"quiet\">and {count - Shown} more; inspect --json lists all</p>" : "";

    private static string Figure(Pick pick, MaskSurvey? survey)
    {
        try
        {
            using var png = new MemoryStream();
            var picture = Overlay.Draw(pick.Pair, survey);
            PngRows.Write(png, picture);
            var caption = Text($"{pick.Pair.Pair.Name} ({FolderWords.NameOf(pick.Split)}): {pick.Reason}");
            return $"<figure><img alt=\"{caption}\" width=\"{picture.Width}\" height=\"{picture.Height}\" src=\"data:image/png;base64,{Convert.ToBase64String(png.GetBuffer().AsSpan(0, (int)png.Length))}\" /><figcaption>{caption}</figcaption></figure>";
        }
        catch (SegTrainException e)
        {
            // Its image cannot be read; the problems name it too.
            return $"<figure><figcaption>{Text(e.Message)}</figcaption></figure>";
        }
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
