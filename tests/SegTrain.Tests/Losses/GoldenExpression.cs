using System.Globalization;
using System.Text.Json;

namespace SegTrain.Tests.Losses;

/// <summary>A golden entry in our words.</summary>
/// <param name="Expression">Our expression; its weight makes up for sums and means over other counts than ours.</param>
/// <param name="Offset">What the reference adds to the value.</param>
/// <param name="IsOneRow">Whether the channels are further images of a binary task.</param>
internal sealed record GoldenCase(string Expression, double Offset = 0, bool IsOneRow = false);

/// <summary>Writes the parameters of a golden entry as one of our expressions.</summary>
internal static class GoldenExpression
{
    /// <summary>The losses of the goldens that ours stand for.</summary>
    internal static readonly string[] Known =
    [
        "asym_unified_focal", "balanced_bce", "bce", "boundary", "ce", "cldice", "combo", "dice", "dice_bce", "dice_ce",
        "dice_cldice", "dice_focal", "dice_squared", "focal",
        "focal_ovr", "focal_softmax", "focal_tversky", "generalized_dice", "generalized_wasserstein_dice",
        "hausdorff_dt", "jaccard", "log_hausdorff_dt", "lovasz_hinge", "lovasz_sigmoid", "lovasz_softmax", "mcc", "nnunet_soft_dice", "ohem_ce", "seed_bce_dice", "seed_combo", "seed_dice",
        "seed_dice_multiclass", "seed_dice_squared", "seed_focal_keras", "seed_focal_mean", "seed_focal_tversky", "seed_iou",
        "seed_lovasz_sigmoid_hinge", "seed_tversky", "sym_unified_focal", "topk_ce", "tversky",
    ];

    /// <summary>Whether the reference rounds the distances of its target to float32, as a loader's maps are, while all else is float64.</summary>
    internal static bool RoundsDistances(GoldenEntry entry, GoldenInput input) => entry.Loss == "hausdorff_dt" && input.Mode == "multiclass";

    /// <summary>The losses whose targets are class numbers, which are never floating.</summary>
    internal static readonly string[] ByClass =
    [
        "asym_unified_focal", "ce", "dice_ce", "dice_focal", "focal_ovr", "focal_softmax", "generalized_dice",
        "generalized_wasserstein_dice", "lovasz_softmax", "nnunet_soft_dice", "ohem_ce", "sym_unified_focal", "topk_ce",
    ];

    /// <summary>Why an entry of the level compat is left out; null when it is not.</summary>
    internal static string? LeftOut(GoldenEntry entry) => entry.Loss == "focal_tversky" && !entry.Case.StartsWith("bin", StringComparison.Ordinal)
        && entry.Params.TryGetValue("exponent_applied", out var applied) && applied.GetString() == "after class mean"
        ? "takes the power of the mean over the classes; the paper, and we, take the mean of the powers"
        : null;

    /// <summary>The expression; a parameter that nobody read fails the test.</summary>
    internal static GoldenCase Of(GoldenEntry entry, GoldenInput input)
    {
        var given = new Given(entry, input);
        var written = entry.Loss switch
        {
            "bce" => Written($"{Mean(given)}*bce(pos_weight={given.Number("pos_weight", 1)}, {Flip(given)})"),
            "balanced_bce" => Written($"{Mean(given)}*bce(balanced=true){given.Only("gamma", 1)}"),
            "ce" => Written(
                $"{Mean(given)}*ce(class_weights={given.List("weight")}, label_smoothing={given.Number("label_smoothing", 0)})"),
            "focal" => Written($"{Mean(given, Normalized(given))}*focal(gamma={given.Number("gamma")}, "
                + $"alpha={given.Number("alpha", null)}, normalized={given.Word("normalized", "false")}, "
                + $"reduced_threshold={given.Number("reduced_threshold", null)})"),
            "focal_ovr" => Written($"{Mean(given)}*focal(mode=ovr, gamma={given.Number("gamma")}, alpha={given.Number("alpha", null)})"
                + given.Only("multiclass", "one-vs-rest sigmoid") + given.Only("class_average", "mean")),
            "focal_softmax" => Written(FocalSoftmax(given)),
            "topk_ce" => Written($"topk-ce(k={given.Number("k_percent")})"),
            "ohem_ce" => Written($"ohem-ce(thres={given.Number("thres")}, min_kept={given.Number("min_kept")})"),
            "dice" => Written($"dice({Region(given, smoothUnit: SmoothUnit(given))}, {Classes(given)})"),
            "nnunet_soft_dice" => new GoldenCase(
                $"dice({Region(given)}, {Classes(given)}){given.Only("returns", "-dice")}", Offset: -1),
            "dice_squared" => Written($"dice-squared({Score(given)})"),
            // This reference has twice our terms in both numerator and denominator, so half of its smooth is ours.
            "jaccard" => Written($"iou({Region(given, smoothNrUnit: 0.5)})"),
            "tversky" => Written($"tversky({Region(given)}, {FalseWeights(given)})"),
            "focal_tversky" => Written($"focal-tversky({Region(given)}, {FalseWeights(given)}, exponent={given.Number("exponent")})"
                + given.Only("exponent_applied", LeftOut(entry) is null ? given.Word("exponent_applied", "per class") : "per class")),
            "mcc" => Written($"mcc(smooth={given.Number("eps")}, reduction={given.Word("reduction")}, empty=smooth)"),
            "generalized_dice" => Written($"generalized-dice(weights={given.Word("weight")}, reduction={given.Word("reduction")}, "
                + $"smooth_nr={given.Number("smooth_nr")}, smooth_dr={given.Number("smooth_dr")})"
                + given.Only("absent_class", "max finite weight")),
            "generalized_wasserstein_dice" => Written(
                $"generalized-wasserstein-dice(across_images=true, distances={given.Matrix("dist")}){given.Only("weighting", "default")}"),
            "dice_bce" or "dice_ce" => Written(
                $"bce-dice({Region(given)}, bce_weight={given.Number("lambda_ce")}, dice_weight={given.Number("lambda_dice")})"),
            "dice_focal" => Written($"dice-focal(smooth=1e-5, {Region(given, smooth: null)}, mode=ovr, gamma={given.Number("gamma")}, "
                + $"dice_weight={given.Number("lambda_dice")}, focal_weight={given.Number("lambda_focal")})"
                + given.Only("focal", "sigmoid one-vs-rest, mean over N*C*H*W")),
            "asym_unified_focal" or "sym_unified_focal" => Written(
                $"unified-focal(form={(entry.Loss[0] == 'a' ? "asymmetric" : "symmetric")}, tversky_weight={given.Number("weight_ftl")}, "
                + $"delta={given.Number("delta")}, gamma={given.Number("gamma")}, smooth={given.Number("eps")})"),
            "lovasz_hinge" => given.Word("multilabel", "mean over channels") switch
            {
                "mean over channels" => Written($"lovasz({PerImage(given)})"),
                "channels flattened together" => new GoldenCase($"lovasz({PerImage(given)})", IsOneRow: true),
                var other => throw new InvalidOperationException($"{entry.Id}: multilabel {other}"),
            },
            "lovasz_sigmoid" => Written($"lovasz-sigmoid({PerImage(given)})"),
            "lovasz_softmax" => Written($"lovasz({PerImage(given)}, classes={given.Word("classes")})"),
            "combo" => Written(
                $"combo(alpha={given.Number("alpha")}, beta={given.Number("beta")}, smooth={given.Number("smooth")}, offset=false)"
                + given.Only("form", "alpha*wCE-(1-alpha)*dice")),
            "seed_dice" => Written($"kaggle-dice(smooth={given.Number("smooth")})"),
            "seed_dice_squared" => Written($"kaggle-dice-squared(smooth={given.Number("smooth")})"),
            "seed_dice_multiclass" => Written(
                $"kaggle-dice-multiclass(smooth={given.Number("smooth")}, {Weights(given)}, normalise={given.Word("normalise", "true")})"
                + given.Only("activation", "sigmoid")),
            "seed_iou" => Written($"kaggle-iou(smooth={given.Number("smooth")})"),
            "seed_bce_dice" => Written($"kaggle-bce-dice(smooth={given.Number("smooth")})"),
            "seed_focal_mean" => Written($"kaggle-focal(alpha={given.Number("alpha")}, gamma={given.Number("gamma")})"),
            "seed_focal_keras" => Written(
                $"kaggle-focal-keras(alpha={given.Number("alpha")}, gamma={given.Number("gamma")}, clip={given.Number("clip")})"),
            "seed_tversky" => Written($"kaggle-tversky({FlatTversky(given)})"),
            "seed_focal_tversky" => Written($"kaggle-focal-tversky({FlatTversky(given)}, gamma={given.Number("gamma_exponent")})"),
            "seed_lovasz_sigmoid_hinge" => Written($"kaggle-lovasz{given.Only("per_image", "false")}"),
            "seed_combo" => Written($"kaggle-combo(alpha={given.Number("ALPHA")}, ce_ratio={given.Number("CE_RATIO")}, "
                + $"smooth={given.Number("smooth")}, e={given.Number("e")})"),
            "boundary" => Written($"boundary({Foreground(given)}, offset=false){given.Only("map", "d_out*neg-(d_in-1)*pos")}"),
            "hausdorff_dt" or "log_hausdorff_dt" => Written(
                $"{entry.Loss}({Classes(given)}, reduction=batch, alpha={given.Number("alpha")}){given.Only("threshold", 0.5)}"),
            "cldice" => Written($"cldice({ClDice(given)})"),
            "dice_cldice" => Written($"dice-cldice({ClDice(given)}, alpha={given.Number("alpha")})"),
            _ => throw new InvalidOperationException($"no mapping for {entry.Loss}"),
        };
        given.AssertAllRead();
        return written;
    }

    private static GoldenCase Written(string expression) => new(expression);

    /// <summary>The weight that makes of our mean over the pixels that count the reference's mean or sum.</summary>
    private static string Mean(Given given, double weight = 1) => Text(weight * given.Word("reduction") switch
    {
        "mean_valid" => 1,
        "mean_all" => given.Counted / (double)given.Input.Targets.Length,
        "sum" => given.Counted,
        var other => throw new InvalidOperationException($"{given.Entry.Id}: reduction {other}"),
    });

    /// <summary>This reference divides by the sum of the modulators, and then by the number of pixels too.</summary>
    private static double Normalized(Given given) => given.Word("normalized", "false") == "true" ? 1.0 / given.Counted : 1;

    /// <summary>Weights that multiply, and a mean over the channels too.</summary>
    private static string FocalSoftmax(Given given)
    {
        var gamma = given.Number("gamma");
        if (given.Word("reduction") == "mean_valid") return $"focal(gamma={gamma})";
        Assert.Equal("mean over N*C*H*W (C times smaller than per-pixel mean)", given.Word("reduction"));
        var classes = given.Input.LogitsShape[1];
        if (given.Number("alpha", null) is var alpha && alpha == "none")
        {
            return $"{Text(1.0 / classes)}*focal(gamma={gamma}){given.Only("alpha_meaning", "background 1-alpha, others alpha")}";
        }
        // The reference has these weights in float32.
        var inside = double.Parse(alpha, CultureInfo.InvariantCulture);
        double[] weights = [(float)(1 - inside), .. Enumerable.Repeat((double)(float)inside, (int)classes - 1)];
        var mean = given.Input.Targets.Average(target => weights[(int)target]);
        return $"{Text(mean / classes)}*focal(gamma={gamma}, class_weights=[{string.Join(',', weights.Select(Text))}])"
            + given.Only("alpha_meaning", "background 1-alpha, others alpha");
    }

    private static string Flip(Given given) => $"label_smoothing={given.Number("label_smoothing", 0)}{given.Only("smoothing", "flip")}";

    private static string PerImage(Given given) => given.Word("per_image") == "true" ? "reduction=image" : "reduction=batch";

    private static string FalseWeights(Given given) => $"alpha={given.Number("alpha_fp")}, beta={given.Number("beta_fn")}";

    private static string FlatTversky(Given given) => $"{FalseWeights(given)}, smooth={given.Number("smooth")}";

    /// <summary>Dice by Tversky's index has half of the terms of Dice as it is written.</summary>
    private static double SmoothUnit(Given given) =>
        given.Word("smooth_convention", "") == "tversky (I+s)/(I+.5FP+.5FN+s)" ? 2 : 1;

    private static string Weights(Given given) => given.Word("weights", "list") switch
    {
        "frequency, sum to 1" => "size_average=true",
        _ => $"weights={given.List("weights")}",
    };

    private static string Region(Given given, double smoothNrUnit = 1, double smoothUnit = 1, double? smooth = 0)
    {
        var overlap = given.Word("form", "product") switch
        {
            "l1" => "min",
            "product" => "product",
            var other => throw new InvalidOperationException($"{given.Entry.Id}: form {other}"),
        };
        return $"{Score(given, smoothNrUnit, smoothUnit, smooth)}, overlap={overlap}";
    }

    private static string Score(Given given, double smoothNrUnit = 1, double smoothUnit = 1, double? smooth = 0) =>
        $"reduction={given.Word("reduction")}, empty={given.Word("empty_class", "smooth")}, "
        + (smooth is null ? "" : $"smooth={given.Number("smooth", smooth, smoothUnit)}, ")
        + $"smooth_nr={given.Number("smooth_nr", null, smoothNrUnit)}, smooth_dr={given.Number("smooth_dr", null, smoothNrUnit)}, "
        + $"eps={given.Number("eps", 1e-7)}, log_loss={given.Word("log_loss", "false")}{given.Only("class_average", "mean")}";

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

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private sealed class Given(GoldenEntry entry, GoldenInput input)
    {
        private readonly HashSet<string> _unread = [.. entry.Params.Keys];

        internal GoldenEntry Entry => entry;

        internal GoldenInput Input => input;

        /// <summary>Number of targets that count, at least 1.</summary>
        internal int Counted => Math.Max(1, input.Targets.Count(target => target != input.IgnoreIndex));

        internal string Number(string name) => Number(name, double.NaN);

        internal string Number(string name, double? otherwise, double unit = 1)
        {
            var number = Take(name) is not { } value ? otherwise : value.ValueKind == JsonValueKind.Null ? null : value.GetDouble() * unit;
            return number is { } written ? Text(written) : "none";
        }

        internal string Word(string name, string? otherwise = null) => (Take(name), otherwise) switch
        {
            ({ ValueKind: JsonValueKind.String } value, _) => value.GetString()!,
            ({ ValueKind: JsonValueKind.True or JsonValueKind.False } value, _) => value.GetBoolean() ? "true" : "false",
            (_, { } word) => word,
            _ => throw new InvalidOperationException($"{entry.Id} lacks {name}"),
        };

        internal string List(string name, string otherwise = "none") =>
            Take(name) is not { } value ? otherwise : value.ValueKind == JsonValueKind.Null ? "none" : value.GetRawText();

        /// <summary>Rows one after the other.</summary>
        internal string Matrix(string name) =>
            $"[{string.Join(',', Take(name)!.Value.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(cell => cell.GetRawText()))}]";

        /// <summary>Nothing, when the parameter is absent or has this value.</summary>
        internal string Only(string name, string value) =>
            Word(name, value) == value ? "" : throw new InvalidOperationException($"{entry.Id}: {name} is not {value}");

        internal string Only(string name, double value) =>
            Number(name, value) == Text(value) ? "" : throw new InvalidOperationException($"{entry.Id}: {name} is not {value}");

        internal void AssertAllRead() => Assert.True(_unread.Count == 0, $"{entry.Id}: nothing reads {string.Join(", ", _unread)}");

        private JsonElement? Take(string name)
        {
            _unread.Remove(name);
            return entry.Params.TryGetValue(name, out var value) ? value : null;
        }
    }
}
