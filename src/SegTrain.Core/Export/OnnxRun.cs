using Microsoft.ML.OnnxRuntime;

namespace SegTrain.Core.Export;

/// <summary>A file of <see cref="OnnxModel"/> in ONNX Runtime, on the CPU.</summary>
/// <param name="file">Its path.</param>
internal sealed class OnnxRun(string file) : IDisposable
{
    private static readonly string[] s_outputs = ["probabilities", "classes"];

    private readonly InferenceSession _session = Open(file);

    public static string Version => OrtEnv.Instance().GetVersionString();

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    /// <param name="images">(N, channels, H, W), one after the other.</param>
    /// <param name="shape">Their four sides.</param>
    /// <exception cref="OnnxRuntimeException">The graph does not take them.</exception>
    public Prediction Predict(float[] images, long[] shape)
    {
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(images, shape);
        try
        {
            using var outputs = _session.Run(options, ["image"], [input], s_outputs);
            return new(outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[1].GetTensorDataAsSpan<byte>().ToArray(), outputs[1].GetTensorTypeAndShape().Shape);
        }
        catch (OnnxRuntimeException full) when (full.Message.Contains("allocate memory", StringComparison.Ordinal))
        {
            throw new InsufficientMemoryException(full.Message, full);
        }
    }

    public void Dispose() => _session.Dispose();

    // Its warnings, about processors that a container hides and the like, are no concern of who asked for an export.
    private static InferenceSession Open(string file)
    {
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            return new(file, options);
        }
        catch (Exception missing) when ((missing.InnerException ?? missing) is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new SegTrainException(ExitCode.Device, "ONNX Runtime, which checks exported files, cannot be loaded here: "
                + $"{(missing.InnerException ?? missing).Message.Split('\n')[0]}\n--format safetensors does without it; --verbose shows where it was looked for", missing);
        }
    }
}
