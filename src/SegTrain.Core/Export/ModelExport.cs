using SegTrain.Core.Engine;
using SegTrain.Core.Trained;
using Serilog;
using static TorchSharp.torch;

namespace SegTrain.Core.Export;

/// <summary>A trained model in the forms that other programs read.</summary>
internal static class ModelExport
{
    /// <param name="request">What is written where.</param>
    /// <param name="log">Told what the user need not know.</param>
    /// <param name="tamper">Gets the path of what was written before it is checked: a test of the check.</param>
    /// <exception cref="SegTrainException">There is no model, it cannot be written in this form, or something is in its place.</exception>
    /// <exception cref="InvalidOperationException">What was written is not the net; it is gone again.</exception>
    public static ExportResult Run(ExportRequest request, ILogger log, Action<string>? tamper = null)
    {
        var place = ExportPlace.Of(request);
        TorchEngine.Start(log);
        using var model = TrainedModel.Open(request.Model, CPU);
        try
        {
            return new(place, request.Format == ExportFormat.Onnx ? OnnxFile.Write(place, model, request, log, tamper) : TorchFolder.Write(place, model));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Usage, $"{place} cannot be written: {refused.Message}", refused);
        }
        catch (Exception exhausted) when (OutOfMemory.Is(exhausted))
        {
            throw new SegTrainException(ExitCode.OutOfMemory, $"out of memory: before {place} is kept the net is run on images as large as it validates on, or as --size says; "
                + "--size 256x256 asks for less", exhausted);
        }
    }
}
