using System.Globalization;
using Google.Protobuf;
using SegTrain.Core.Engine;
using SegTrain.Core.Files;
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
        return Placed(place, () => request.Format == ExportFormat.Onnx ? WriteOnnx(model, request, place, log, tamper) : WriteTorch(model, place));
    }

    private static ExportResult WriteOnnx(TrainedModel model, ExportRequest request, string path, ILogger log, Action<string>? tamper)
    {
        var images = ProbeImages.Of(model, request.Size, why => log.Information("the file is tried on random images: {Why:l}", why));
        var parity = Parity.None(request.Half ? Parity.HalfLimit : Parity.SingleLimit);
        var proto = OnnxModel.Of(model, request.Size, request.Half);
        AtomicFile.Write(path, stream => proto.WriteTo(stream), written =>
        {
            tamper?.Invoke(written);
            parity = Compare(model, written, images, parity);
            if (!parity.IsClose)
                throw new InvalidOperationException($"the ONNX file does not compute what the net does, and was not kept: on {images.Origin} {parity}");
        });
        return new(path,
        [
            string.Create(CultureInfo.InvariantCulture, $"{path}: {new FileInfo(path).Length / 1e6:0.00} MB, ONNX opset 17, {(request.Half ? "float16" : "float32")}"),
            $"as the net computes, by ONNX Runtime {OnnxRun.Version} on {images.Origin}: {parity}",
        ]);
    }

    private static ExportResult WriteTorch(TrainedModel model, string folder)
    {
        TorchFolder.Write(folder, model);
        return new(folder, [$"{folder}: {string.Join(" and ", TorchFolder.Files)}, for docs/unet.py"]);
    }

    private static Parity Compare(TrainedModel model, string file, ProbeImages images, Parity parity)
    {
        using var run = new OnnxRun(file);
        foreach (var (pixels, shape) in images.All)
        {
            var net = Prediction.Of(model, pixels, shape);
            if (!net.Probabilities.All(float.IsFinite)) throw new SegTrainException(ExitCode.Data, $"{model.File}: what the net itself computes are no finite numbers; export another checkpoint");
            parity = parity.With(model.Card, net, run.Predict(pixels, shape), (int)(shape[2] * shape[3]));
        }
        return parity;
    }

    private static ExportResult Placed(string place, Func<ExportResult> write)
    {
        try
        {
            return write();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Usage, $"{place} cannot be written: {refused.Message}", refused);
        }
    }
}
