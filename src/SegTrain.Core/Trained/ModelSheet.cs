using System.Globalization;
using SegTrain.Core.Models;
using SegTrain.Core.Text;
using static TorchSharp.torch;

namespace SegTrain.Core.Trained;

/// <summary>What a model file is, for people.</summary>
internal static class ModelSheet
{
    /// <param name="path">See <see cref="ModelFile.Find"/>.</param>
    /// <returns>Lines, each with a word in front.</returns>
    /// <exception cref="SegTrainException"><see cref="ExitCode.Data"/>: it is no model, or damaged: the whole net is read.</exception>
    public static IReadOnlyList<string> Lines(string path)
    {
        using var model = TrainedModel.Open(path, CPU);
        var (card, config, net) = (model.Card, model.Config.Model, model.Net);
        return
        [
            $"model       {model.File}, {ByteSize.Text(new FileInfo(model.File).Length)}, by segtrain {card.Version}",
            $"net         {ArchitectureCatalog.Named(config.Architecture).Title} depth {config.Shape.Depth}, width {config.Shape.Width}, norm {Lower(config.Shape.Norm)}, block {Lower(config.Shape.Block)}, up {Lower(config.Up)}{Extras(config)}; "
                + $"output stride {net.OutputStride}",
            $"parameters  {net.Parameters.Count.ToString("N0", CultureInfo.InvariantCulture)}",
            $"images      {card.Channels switch { 1 => "grey", 3 => "RGB", 4 => "RGBA", var other => $"{other} bands" }}{(model.Config.Data.Resizing is { } size ? $", brought to {size.Width} x {size.Height} by {Lower(size.Fit)}" : "")}",
            $"classes     {card.Classes.Length}, {(card.ClassesOverlap ? "labels that may overlap" : "which exclude each other")}",
            .. card.Classes.Select(static (one, index) => $"            {index} {one.Name}: mask value {one.Value}, shown as {one.Color}"),
            $"data        {model.Config.Data.Path ?? "the built-in synthetic set"}{(card.Data.Length > 0 ? $", hash {card.Data}" : "")}",
            $"loss        {model.Config.Loss}",
            $"epoch       {card.Epoch}",
            .. card.Metrics.Where(static metric => !metric.Key.Contains('[')).OrderBy(static metric => metric.Key, StringComparer.Ordinal).Select(static metric => $"            {metric.Key} {Number(metric.Value)}"),
            .. card.Mode == Losses.SegmentationMode.Multiclass ? [] : (string[])[$"threshold   {Number(card.Threshold)}"],
            $"temperature {(card.Temperatures.Length == 0 ? "1: not calibrated" : string.Join(", ", card.Temperatures.Select(Number)))}",
        ];
    }

    private static string Extras(ModelConfig config) =>
        (config.Patch > 1 ? $", patch {config.Patch}" : "") + (config.Attention ? ", attention gates" : "") + (config.DeepSupervision ? ", deep supervision" : "");

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Lower(Enum value) => value.ToString().ToLowerInvariant();
}
