using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using SegTrain.Core.Engine;
using SegTrain.Core.Engine.Convolutions;
using SegTrain.Core.Engine.Loading;
using SegTrain.Core.Files;
using SegTrain.Core.Images;
using SegTrain.Core.Models;
using Serilog.Core;
using static TorchSharp.torch;

namespace SegTrain.Core.Diagnosis;

/// <summary>What this program runs on: machine, LibTorch, devices, image files; and what to do when a part is missing.</summary>
internal static class Doctor
{
    /// <summary>Writes the report line by line, so that what was found is there even if the next part takes the process down.</summary>
    /// <param name="line">Takes one line.</param>
    /// <returns>Whether training can run.</returns>
    public static bool Examine(Action<string> line)
    {
        line($"segtrain    {typeof(Doctor).Assembly.GetName().Version!.ToString(3)}, in {AppContext.BaseDirectory}");
        line($"runtime     {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
        line($"processors  {Environment.ProcessorCount}{Features()}");
        line($"memory      {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB");
        var canTrain = Torch(line);
        line($"images      {ImageFile.Decoder}");
        return canTrain;
    }

    private static bool Torch(Action<string> line)
    {
        try
        {
            var libTorch = EngineLibraries.LibTorch;
            line($"libtorch    {libTorch.Version ?? "version unknown"} in {libTorch.Path} ({libTorch.Origin})");
            if (libTorch.Warning is { } warning) line($"            {warning}");
            var setup = TorchEngine.Start(Logger.None);
            line($"torchsharp  {EngineLibraries.Loaded.LibTorchSharp}: {EngineLibraries.Loaded.Reason}");
            line($"backend     {setup.Backend}");
            line($"threads     {setup.Threads} OpenMP; freed memory {(setup.KeepsPages ? "is kept for the next step" : "goes back to the system")}");
            var devices = cuda.device_count();
            line($"devices     cpu{string.Concat(Enumerable.Range(0, devices).Select(static i => $", cuda:{i}"))}");
            var (precision, reason) = PrecisionChoice.Choose(Precision.Auto, ComputeDevice.Choose("auto"), static () => PrecisionTrial.Quicker(UserCache.Folder));
            line($"precision   --precision auto is {precision.ToString().ToLowerInvariant()}: {reason}");
            foreach (var type in (ScalarType[])[float32, bfloat16]) line($"convolution {type}: {TrustedConvolution.Describe(type, ComputeDevice.Choose("auto"))}");
            if (devices == 0 && File.Exists("/proc/driver/nvidia/version"))
            {
                line($"            An NVIDIA driver is here, but this LibTorch {(libTorch.HasCuda
                    ? "finds no device through it: see whether nvidia-smi lists one, and whether the driver is new enough for this CUDA."
                    : "cannot use it: set SEGTRAIN_BACKEND=cuda, or LIBTORCH to a CUDA build of LibTorch, and build again.")}");
            }
            return true;
        }
        catch (SegTrainException missing)
        {
            line($"libtorch    does not load. {missing.Message}");
            return false;
        }
    }

    private static string Features() => string.Concat(
        new[] { (Avx2.IsSupported, "AVX2"), (Avx512F.IsSupported, "AVX-512"), (System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported, "NEON") }
            .Where(static feature => feature.Item1).Select(static feature => $", {feature.Item2}"));
}
