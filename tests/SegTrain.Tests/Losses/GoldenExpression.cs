using System.Globalization;
using System.Text.Json;

namespace SegTrain.Tests.Losses;

/// <summary>Writes the parameters of a golden entry as one of our expressions.</summary>
internal static class GoldenExpression
{
    /// <summary>The losses of the goldens that ours stand for.</summary>
    internal static readonly string[] Known =
    [
        "bce", "ce", "combo", "dice", "dice_bce", "dice_ce", "focal", "focal_softmax", "jaccard",
        "lovasz_hinge", "lovasz_softmax", "tversky",
        "boundary", "hausdorff_dt", "log_hausdorff_dt", "cldice", "dice_cldice",
    ];

    /// <summary>Those whose entries of the level extra are run too.</summary>
    internal static readonly string[] Extra = ["boundary", "hausdorff_dt", "log_hausdorff_dt", "cldice", "dice_cldice"];

    /// <summary>Whether the reference rounds the distances of its target to float32, as a loader's maps are, while all else is float64.</summary>
    internal static bool RoundsDistances(GoldenEntry entry, GoldenInput input) => entry.Loss == "hausdorff_dt" && input.Mode == "multiclass";

    /// <summary>Those whose targets are class numbers, which are never floating.</summary>
    internal static readonly string[] ByClass = ["ce", "dice_ce", "focal_softmax", "lovasz_softmax"];

    /// <summary>The losses of the goldens that are not in the catalog yet.</summary>
    internal static readonly string[] Later = ["dice_squared", "focal_tversky"];

    /// <summary>The expression; a parameter that nobody read fails the test.</summary>
    internal static string Of(GoldenEntry entry)
    {
        var given = new Given(entry);
        var written = entry.Loss switch
        {
            "bce" => $"bce({Mean(given)}, pos_weight={given.Number("pos_weight", 1)}, {Flip(given)})",
            "ce" => $"ce({Mean(given)}, class_weights={given.List("weight")}, label_smoothing={given.Number("label_smoothing", 0)})",
            "focal" => $"focal({Mean(given)}, gamma={given.Number("gamma")}, alpha={given.Number("alpha", null)})",
            "focal_softmax" => $"focal({Mean(given)}, gamma={given.Number("gamma")})",
            "dice" => $"dice({Region(given)}, {Classes(given)})",
            // This reference has twice our terms in both numerator and denominator, so half of its smooth is ours.
            "jaccard" => $"iou({Region(given, smoothNrUnit: 0.5)})",
            "tversky" => $"tversky({Region(given)}, alpha={given.Number("alpha_fp")}, beta={given.Number("beta_fn")})",
            "dice_bce" or "dice_ce" =>
                $"bce-dice({Region(given)}, bce_weight={given.Number("lambda_ce")}, dice_weight={given.Number("lambda_dice")})",
            "lovasz_hinge" => $"lovasz({PerImage(given)}){given.Only("multilabel", "mean over channels")}",
            "lovasz_softmax" => $"lovasz({PerImage(given)}, classes={given.Word("classes")})",
            "combo" => $"combo(alpha={given.Number("alpha")}, beta={given.Number("beta")}, smooth={given.Number("smooth")}, offset=false)"
                + given.Only("form", "alpha*wCE-(1-alpha)*dice"),
            "boundary" => $"boundary({Foreground(given)}, offset=false){given.Only("map", "d_out*neg-(d_in-1)*pos")}",
            "hausdorff_dt" or "log_hausdorff_dt" =>
                $"{entry.Loss}({Classes(given)}, reduction=batch, alpha={given.Number("alpha")}){given.Only("threshold", 0.5)}",
            "cldice" => $"cldice({ClDice(given)})",
            "dice_cldice" => $"dice-cldice({ClDice(given)}, alpha={given.Number("alpha")})",
            _ => throw new InvalidOperationException($"no mapping for {entry.Loss}"),
        };
        given.AssertAllRead();
        return written;
    }

    /// <summary>Where nothing is ignored, the mean over all pixels is the mean over the valid ones.</summary>
    private static string Mean(Given given) => given.Word("reduction") switch
    {
        "mean_valid" => "reduction=batch",
        "mean_all" when !given.Entry.Case.Contains("ignore", StringComparison.Ordinal) => "reduction=batch",
        var other => throw new InvalidOperationException($"{given.Entry.Id}: reduction {other}"),
    };

    private static string Flip(Given given) => $"label_smoothing={given.Number("label_smoothing", 0)}{given.Only("smoothing", "flip")}";

    private static string PerImage(Given given) => given.Word("per_image") == "true" ? "reduction=image" : "reduction=batch";

    private static string Region(Given given, double smoothNrUnit = 1)
    {
        var overlap = given.Word("form", "product") switch
        {
            "l1" => "min",
            "product" => "product",
            var other => throw new InvalidOperationException($"{given.Entry.Id}: form {other}"),
        };
        return $"reduction={given.Word("reduction")}, overlap={overlap}, empty={given.Word("empty_class", "smooth")}, "
            + $"smooth={given.Number("smooth", 0)}, smooth_nr={given.Number("smooth_nr", null, smoothNrUnit)}, "
            + $"smooth_dr={given.Number("smooth_dr", null, smoothNrUnit)}, eps={given.Number("eps", 1e-7)}, "
            + $"log_loss={given.Word("log_loss", "false")}{given.Only("class_average", "mean")}";
    }

    private static string Classes(Given given) =>
        $"classes={given.List("classes", "all")}, include_background={given.Word("include_background", "true")}, "
        + $"class_weights={given.List("class_weights")}";

    private static string Foreground(Given given) => "reduction=batch, include_background=" + given.Word("channels") switch
    {
        "foreground" => "true",
        "1..C-1" => "false",
        var other => throw new InvalidOperationException($"{given.Entry.Id}: channels {other}"),
    };

    private static string ClDice(Given given) =>
        $"{Classes(given)}, reduction=batch, iterations={given.Number("iterations")}, smooth={given.Number("smooth")}";

    private sealed class Given(GoldenEntry entry)
    {
        private readonly HashSet<string> _unread = [.. entry.Params.Keys];

        internal GoldenEntry Entry => entry;

        internal string Number(string name) => Number(name, double.NaN);

        internal string Number(string name, double? otherwise, double unit = 1)
        {
            var number = Take(name) is not { } value ? otherwise : value.ValueKind == JsonValueKind.Null ? null : value.GetDouble() * unit;
            return number?.ToString(CultureInfo.InvariantCulture) ?? "none";
        }

        internal string Word(string name, string? otherwise = null) => (Take(name), otherwise) switch
        {
            ({ ValueKind: JsonValueKind.String } value, _) => value.GetString()!,
            ({ } value, _) => value.GetBoolean() ? "true" : "false",
            (null, { } word) => word,
            _ => throw new InvalidOperationException($"{entry.Id} lacks {name}"),
        };

        internal string List(string name, string otherwise = "none") => Take(name)?.GetRawText() ?? otherwise;

        /// <summary>Nothing, when the parameter is absent or has this value.</summary>
        internal string Only(string name, string value) =>
            Word(name, value) == value ? "" : throw new InvalidOperationException($"{entry.Id}: {name} is not {value}");

        /// <inheritdoc cref="Only(string, string)"/>
        internal string Only(string name, double value) =>
            Number(name) == value.ToString(CultureInfo.InvariantCulture) ? "" : throw new InvalidOperationException($"{entry.Id}: {name} is not {value}");

        internal void AssertAllRead() => Assert.True(_unread.Count == 0, $"{entry.Id}: nothing reads {string.Join(", ", _unread)}");

        private JsonElement? Take(string name)
        {
            _unread.Remove(name);
            return entry.Params.TryGetValue(name, out var value) ? value : null;
        }
    }
}
