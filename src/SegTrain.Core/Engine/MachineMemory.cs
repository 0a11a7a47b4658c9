using System.Diagnostics;

namespace SegTrain.Core.Engine;

/// <summary>How much memory there is for a step on a CPU, and how much it takes.</summary>
/// <param name="Free">Bytes that the machine, or the container, has free.</param>
/// <param name="Taken">Bytes that this process has taken since.</param>
internal sealed record MachineMemory(long Free, Func<long> Taken)
{
    public static MachineMemory Now()
    {
        // What the runtime says is of its last collection.
        GC.Collect();
        var memory = GC.GetGCMemoryInfo();
        var (before, highest) = (Environment.WorkingSet, Peak());
        // Where no step went higher than something before it, what the allocator keeps of it says the same.
        return new(memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes, () => (Peak() is var peak && peak > highest ? peak : Environment.WorkingSet) - before);
    }

    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
