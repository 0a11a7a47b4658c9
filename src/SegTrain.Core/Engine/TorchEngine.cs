using System.Diagnostics;
using SegTrain.Core.Engine.Loading;
using Serilog;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine;

/// <summary>The one seam to what TorchSharp's API does not cover: loading LibTorch and setting it up.</summary>
internal static class TorchEngine
{
    /// <summary>cpu or cuda: what the LibTorch in use can do.</summary>
    public static string Backend => cuda.is_available() ? "cuda" : "cpu";

    /// <summary>Loads LibTorch and sets the process up for training: allocator, threads, determinism.</summary>
    /// <exception cref="SegTrainException">LibTorch cannot be loaded; the message says why and what to do.</exception>
    public static EngineSetup Start(ILogger log)
    {
        var clock = Stopwatch.StartNew();
        // Before the first large allocation, which loading makes.
        var keepsPages = Allocator.KeepPages();
        NativeEnvironment.Prepare();
        if (EngineLibraries.LibTorch.Warning is { } warning) log.Warning("{Warning:l}", warning);
        var libraries = EngineLibraries.Loaded;
        var threads = NativeEnvironment.Threads;
        set_num_threads(threads);
        var lends = OpenMpTeam.Lend(threads);
        if (LibTorchContext.Loaded is { } context)
        {
            context.SetDeterministic();
            context.SilenceNnpack();
            // Nothing here needs it in float32, and on machines that hide their caches its convolutions are wrong. Those of bfloat16 call for it, and are checked.
            context.UseOneDnn(false);
        }
        var setup = new EngineSetup(Backend, EngineLibraries.LibTorch.Version ?? "of an unknown version", threads, keepsPages);
        log.Debug("LibTorch {Version} ({Backend}) ready in {Elapsed} ms", setup.Version, setup.Backend, clock.ElapsedMilliseconds);
        log.Debug("kernels run on {Threads:l}", lends ? "LibTorch's threads" : "the runtime's threads");
        log.Debug("LibTorch is {Origin:l}, in {Folder:l}; TorchSharp's library is {File:l}",
            EngineLibraries.LibTorch.Origin, EngineLibraries.LibTorch.Path, libraries.LibTorchSharp);
        if (libraries.Refusal is { } refusal) log.Debug("It is a copy, because {Refusal:l}", refusal);
        return setup;
    }

    /// <summary>Whether convolutions and matrix products on a CUDA device may round their float32 factors to 10 bits.</summary>
    public static void AllowTf32(bool allowed) => backends.cudnn.allow_tf32 = backends.cuda.matmul.allow_tf32 = allowed;

    /// <summary>
    /// Gives back what is free, and from now on what malloc is asked for. Where memory is short all of it could end up kept, and what does not come from
    /// malloc would find none.
    /// </summary>
    public static void ReturnPages() => Allocator.ReturnPages();
}

/// <summary>What <see cref="TorchEngine.Start"/> chose.</summary>
/// <param name="Backend">cpu or cuda.</param>
/// <param name="Version">LibTorch's version.</param>
/// <param name="Threads">OpenMP threads of one operator.</param>
/// <param name="KeepsPages">Whether the C allocator was told to keep freed memory.</param>
internal sealed record EngineSetup(string Backend, string Version, int Threads, bool KeepsPages);
