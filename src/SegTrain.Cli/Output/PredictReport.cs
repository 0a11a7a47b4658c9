using System.Globalization;
using SegTrain.Core.Predict;

namespace SegTrain.Cli.Output;

/// <summary>The result of <c>predict</c> on stdout.</summary>
internal static class PredictReport
{
    /// <example><c>142 images in 0:12 (11.8 a second), masks in masks/</c></example>
    public static string Text(PredictResult result)
    {
        var pace = result.Predicted > 0 ? $" ({(result.Predicted / result.Elapsed.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture)} a second)" : "";
        return $"{result.Predicted} images in {ProgressText.Duration(result.Elapsed)}{pace}, masks in {result.Folder}{(result.Kept > 0 ? $"; {result.Kept} were done before" : "")}\n";
    }
}
