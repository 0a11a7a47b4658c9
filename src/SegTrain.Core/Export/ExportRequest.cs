using SegTrain.Core.Trained;

namespace SegTrain.Core.Export;

/// <summary>What an exported model is for.</summary>
internal enum ExportFormat
{
    /// <summary>A file with the whole way from images to classes, for any runtime.</summary>
    Onnx,

    /// <summary>A folder with the weights in the names of PyTorch's layers, for docs/unet.py.</summary>
    Safetensors,
}

/// <param name="Model">A run, a checkpoint or a model.safetensors; see <see cref="ModelFile.Find"/>.</param>
/// <param name="Format">What is written.</param>
/// <param name="Out">The file or folder; null: beside the model, by a name of its own.</param>
/// <param name="Size">Of ONNX: the only height and width that the file takes, one image at a time; null: any.</param>
/// <param name="Half">Of ONNX: whether convolutions compute in float16.</param>
/// <param name="Force">Whether what is there already is replaced.</param>
internal sealed record ExportRequest(string Model, ExportFormat Format, string? Out = null, (int Height, int Width)? Size = null, bool Half = false, bool Force = false)
{
    /// <summary>Asks to end before the file is kept.</summary>
    public CancellationToken Stop { get; init; }
}

/// <param name="Path">The file or folder that was written.</param>
/// <param name="Lines">What it is and how it was checked, for people.</param>
internal sealed record ExportResult(string Path, IReadOnlyList<string> Lines);

/// <summary><see cref="ModelExport.Run"/>, or what stands in for it.</summary>
internal delegate ExportResult RunExport(ExportRequest request, Serilog.ILogger log);
