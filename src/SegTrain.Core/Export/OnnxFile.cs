using System.Globalization;
using Google.Protobuf;
using SegTrain.Core.Files;
using SegTrain.Core.Trained;
using Serilog;

namespace SegTrain.Core.Export;

/// <summary>An <see cref="OnnxModel"/> on the disk, which stays there only where ONNX Runtime computes by it what the net does.</summary>
internal static class OnnxFile
{
    /// <param name="path">The file.</param>
    /// <param name="model">What is written.</param>
    /// <param name="request">In which form.</param>
    /// <param name="log">Told why images are random.</param>
    /// <param name="tamper">Gets the path of what was written before it is checked.</param>
    /// <returns>What it is and how it was checked, for people.</returns>
    /// <exception cref="InvalidOperationException">It computes something else.</exception>
    public static IReadOnlyList<string> Write(string path, TrainedModel model, ExportRequest request, ILogger log, Action<string>? tamper)
    {
        var images = ProbeImages.Of(model, request.Size, why => log.Information("the file is tried on random images: {Why:l}", why));
        var parity = Parity.None(request.Half ? Parity.HalfLimit : Parity.SingleLimit);
        var proto = OnnxModel.Of(model, request.Size, request.Half);
        AtomicFile.Write(path, stream => proto.WriteTo(stream), written =>
        {
            tamper?.Invoke(written);
            parity = Compare(model, written, images, parity, request.Stop);
            if (!parity.IsClose)
            {
                throw new InvalidOperationException($"the ONNX file does not compute what the net does, and was not kept: on {images.Origin} {parity}"
                    + (request.Half ? "; where float16 is too coarse for a net, leave out --fp16" : ""));
            }
        });
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"{path}: {new FileInfo(path).Length / 1e6:0.00} MB, ONNX opset 17, {(request.Half ? "float16" : "float32")}"),
            $"as the net computes, by ONNX Runtime {OnnxRun.Version} on {images.Origin}: {parity}",
        ];
    }

    private static Parity Compare(TrainedModel model, string file, ProbeImages images, Parity parity, CancellationToken stop)
    {
        using var run = new OnnxRun(file);
        foreach (var (pixels, shape) in images.All)
        {
            if (stop.IsCancellationRequested) throw new OperationCanceledException("stopped before the file was checked; nothing of it is left", stop);
            var net = Prediction.Of(model, pixels, shape);
            if (!net.Probabilities.All(float.IsFinite))
                throw new SegTrainException(ExitCode.Data, $"{model.File}: what the net itself computes are no finite numbers; export another checkpoint");
            parity = parity.With(model.Card, net, run.Predict(pixels, shape), (int)(shape[2] * shape[3]));
        }
        return parity;
    }
}
