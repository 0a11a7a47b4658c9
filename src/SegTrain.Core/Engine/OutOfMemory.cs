using System.Runtime.InteropServices;

namespace SegTrain.Core.Engine;

/// <summary>Memory that is exhausted, whoever says so.</summary>
internal static class OutOfMemory
{
    // CUDA's words, the CPU allocator's, and those of everything else in C++.
    private static readonly string[] NoMemory = ["out of memory", "can't allocate memory", "not enough memory", "bad_alloc"];

    /// <summary>Whether LibTorch, the C++ library beneath it or .NET say that there is no more memory.</summary>
    public static bool Is(Exception fault) => fault switch
    {
        OutOfMemoryException => true,
        AggregateException parallel => parallel.Flatten().InnerExceptions.Any(Is),
        ExternalException native => NoMemory.Any(words => native.Message.Contains(words, StringComparison.OrdinalIgnoreCase)),
        _ => false,
    };
}
