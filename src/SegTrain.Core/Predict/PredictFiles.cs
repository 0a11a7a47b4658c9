using SegTrain.Core.Images;
using SegTrain.Core.Predict.Files;
using SegTrain.Core.Trained;
using SegTrain.Losses;

namespace SegTrain.Core.Predict;

/// <summary>Which files an image leaves, and what writes them.</summary>
internal sealed class PredictFiles(string folder, ModelCard card, PredictSettings settings)
{
    private readonly (byte Red, byte Green, byte Blue)[] _colors = [.. card.Classes.Select(static item => item.Rgb)];

    private readonly string[] _labels = Labels(card.Names);

    private bool Overlap => card.ClassesOverlap;

    // Of labels that may overlap 0 and 1, so that a palette is white on black.
    private (byte, byte, byte)[] Colors => Overlap ? [(0, 0, 0), (255, 255, 255)] : _colors;

    /// <summary>The mask of an image, or its masks.</summary>
    public IReadOnlyList<string> Masks(PredictInput input) => Overlap
        ? [.. _labels.Select(label => Named(input, $".{label}.png"))] : [Named(input, ".png")];

    /// <summary>All that it leaves.</summary>
    public IReadOnlyList<string> All(PredictInput input) => [.. Masks(input), .. Probabilities(input), .. settings.Overlays ? (string[])[OverlayOf(input)] : []];

    /// <param name="input">The image.</param>
    /// <param name="header">What its file says of it.</param>
    /// <param name="shares">Counts its pixels.</param>
    public IReadOnlyList<IPredictionSink> Sinks(PredictInput input, ImageHeader header, PixelShares shares)
    {
        foreach (var file in All(input)) Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var sinks = new List<IPredictionSink>();
        try
        {
            foreach (var (file, label) in Masks(input).Select(static (file, i) => (file, i)))
                sinks.Add(new MaskFile(file, header.Width, header.Height, settings.Masks, Colors, Overlap ? label : null));
            if (settings.Overlays) sinks.Add(new OverlayFile(OverlayOf(input), header, _colors, Overlap));
            sinks.Add(shares);
            if (settings.RemoveSmall > 0 || settings.FillHoles > 0)
                sinks = [new CleanedRows([.. sinks], settings, header.Width, header.Height, Overlap ? card.Outputs : 1)];
            foreach (var (file, plane) in Probabilities(input).Select(static (file, i) => (file, i)))
                sinks.Add(settings.Probabilities == ProbabilityFormat.Png ? new ProbabilityPng(file, header.Width, header.Height, plane) : new ProbabilityNpy(file, card.Outputs, header.Width, header.Height));
            return sinks;
        }
        catch
        {
            foreach (var sink in sinks) sink.Dispose();
            throw;
        }
    }

    private IReadOnlyList<string> Probabilities(PredictInput input) => settings.Probabilities switch
    {
        ProbabilityFormat.None => [],
        ProbabilityFormat.Npy => [Named(input, ".npy")],
        _ when card.Mode == SegmentationMode.Binary => [Named(input, ".probability.png")],
        _ => [.. _labels.Select(label => Named(input, $".{label}.probability.png"))],
    };

    private string OverlayOf(PredictInput input) => Named(input, ".overlay.png");

    private string Named(PredictInput input, string ending) => Path.Combine(folder, input.Name + ending);

    // With their index where two would have the same.
    private static string[] Labels(IReadOnlyList<string> names)
    {
        string[] labels = [.. names.Select(FileName)];
        return labels.Distinct(StringComparer.OrdinalIgnoreCase).Count() == labels.Length ? labels : [.. labels.Select(static (label, index) => $"{label}-{index}")];
    }

    private static string FileName(string label) => string.Concat(label.Select(static letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_'));
}
