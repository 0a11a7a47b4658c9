using System.Diagnostics;
using Serilog;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine;

/// <summary>
/// The one seam to what TorchSharp's API does not cover: loading LibTorch, its build, BLAS threads, determinism, fused layers. The half in
/// TorchEngine.System.cs talks to our native library; the half in TorchEngine.Package.cs does what can be done on the packages.
/// </summary>
internal static partial class TorchEngine
{
    /// <summary>What batch normalisation adds to a variance.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>system, cpu or cuda: the MSBuild property that this program was built with.</summary>
    public static partial string Backend { get; }

    /// <summary>The LibTorch in use, for the log and <c>doctor</c>.</summary>
    public static partial string Version { get; }

    /// <summary>How LibTorch was built and where it was loaded from, a line each.</summary>
    public static partial IReadOnlyList<string> Details { get; }

    /// <summary>Loads LibTorch and sets the process up for training: allocator, OpenMP and BLAS threads, deterministic kernels.</summary>
    /// <exception cref="SegTrainException">LibTorch cannot be loaded; the message says why and what to do.</exception>
    public static EngineSetup Start(ILogger log)
    {
        var clock = Stopwatch.StartNew();
        // Before the first large allocation, which Load makes.
        var keepsPages = Allocator.KeepPages();
        NativeEnvironment.Prepare();
        Load();
        var pools = PoolTensors();
        var threads = NativeEnvironment.Threads;
        set_num_threads(threads);
        var blas = SetBlasThreads(1);
        SetDeterministic();
        var setup = new EngineSetup(Backend, Version, threads, blas, keepsPages, pools);
        log.Debug("LibTorch {Version} ({Backend}) ready in {Elapsed} ms", setup.Version, setup.Backend, clock.ElapsedMilliseconds);
        return setup;
    }

    /// <summary>A convolution of (N, C, H, W) with weights (D, C, 3, 3) that keeps height and width, followed by a ReLU if wanted.</summary>
    public static partial Tensor Convolution3x3(Tensor x, Tensor weight, Tensor? bias, bool relu);

    /// <summary>relu(batch_norm(x)) over (N, C, H, W); in training by the batch's statistics, of which the running ones take a share, the momentum.</summary>
    public static partial Tensor BatchNormRelu(Tensor x, Tensor scale, Tensor shift, Tensor runningMean, Tensor runningVariance, bool training, double momentum);

    /// <summary>The largest of each 2x2 block: (N, C, H, W), H and W even, to (N, C, H/2, W/2).</summary>
    public static partial Tensor MaxPool2x2(Tensor x);

    /// <summary>Joins the channels of a skip (N, A, 2H, 2W) and of pixel_shuffle(blocks, 2), blocks being (N, 4B, H, W).</summary>
    public static partial Tensor CatPixelShuffle(Tensor skip, Tensor blocks);

    /// <summary>Whether convolutions and matrix products on a CUDA device may round their float32 factors to 10 bits.</summary>
    public static partial void AllowTf32(bool allowed);

    private static partial void Load();

    /// <summary>
    /// Gives back what is free, and from now on what malloc is asked for beyond it. Where memory is short all of it could end up kept, and oneDNN,
    /// whose kernels do not come from malloc, crashes for want of a page.
    /// </summary>
    public static void ReturnPages()
    {
        ReturnTensorPages();
        Allocator.ReturnPages();
    }

    /// <summary>A region of memory for the tensors on the CPU alone, which is given back as a whole and so is hardly ever cut up.</summary>
    private static partial bool PoolTensors();

    private static partial void ReturnTensorPages();

    private static partial bool SetBlasThreads(int count);

    private static partial void SetDeterministic();

    private static SegTrainException Missing(Exception cause) => new(ExitCode.Device,
        $"""
        LibTorch cannot be loaded: {cause.Message}
        Run 'segtrain doctor' to see what was looked for. On Debian and Ubuntu './segtrain' installs what is needed;
        elsewhere set LIBTORCH to the folder of a LibTorch 1.13 to 2.x and build again, or build with SEGTRAIN_BACKEND=cpu.
        """, cause);
}

/// <summary>What <see cref="TorchEngine.Start"/> chose.</summary>
/// <param name="Backend">system, cpu or cuda.</param>
/// <param name="Version">LibTorch's version.</param>
/// <param name="Threads">OpenMP threads of one operator.</param>
/// <param name="OneBlasThread">Whether the BLAS beneath was told not to start threads of its own.</param>
/// <param name="KeepsPages">Whether the C allocator was told to keep freed memory.</param>
/// <param name="PoolsTensors">Whether tensors on the CPU have a region of memory to themselves.</param>
internal sealed record EngineSetup(string Backend, string Version, int Threads, bool OneBlasThread, bool KeepsPages, bool PoolsTensors);
