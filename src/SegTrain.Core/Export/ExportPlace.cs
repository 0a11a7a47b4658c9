using SegTrain.Core.Files;
using SegTrain.Core.Trained;

namespace SegTrain.Core.Export;

/// <summary>Where an export goes: looked at before any work is done.</summary>
internal static class ExportPlace
{
    /// <returns>The file, or of <see cref="ExportFormat.Safetensors"/> the folder.</returns>
    /// <exception cref="SegTrainException">There is no model, or nothing can be written there.</exception>
    public static string Of(ExportRequest request)
    {
        var model = ModelFile.Find(request.Model);
        var place = request.Out ?? Path.Combine(Directory.Exists(request.Model) ? request.Model : Path.GetDirectoryName(model)!, Name(request));
        var files = request.Format == ExportFormat.Onnx ? [place] : TorchFolder.Files.Select(name => Path.Combine(place, name)).ToArray();
        if (Wrong(request, place, files, model) is { } wrong) throw new SegTrainException(ExitCode.Usage, $"--out {place}: {wrong}");
        return place;
    }

    private static string Name(ExportRequest request) => request switch
    {
        { Format: ExportFormat.Safetensors } => "pytorch",
        { Size: var (height, width) } => $"model-{height}x{width}.onnx",
        { Half: true } => "model-fp16.onnx",
        _ => "model.onnx",
    };

    private static string? Wrong(ExportRequest request, string place, string[] files, string model)
    {
        if (place.Length == 0) return "is empty; name a place";
        if (files.Any(file => Path.GetFullPath(file) == Path.GetFullPath(model))) return "is the model itself; name another place";
        if (request.Format == ExportFormat.Onnx ? Directory.Exists(place) : File.Exists(place))
            return request.Format == ExportFormat.Onnx ? "is a folder; name a file in it" : "is a file; name a folder";
        if (!request.Force && files.FirstOrDefault(File.Exists) is { } there) return $"{(there == place ? "is" : $"{there} is")} there already; --force replaces it";
        var parent = Path.GetDirectoryName(Path.GetFullPath(place))!;
        if (!Directory.Exists(parent)) return $"there is no folder {parent}; make it first";
        try
        {
            AtomicFile.Probe(Directory.Exists(place) ? files[0] : place);
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return refused.Message;
        }
    }
}
