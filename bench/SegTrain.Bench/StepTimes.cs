using System.Diagnostics;

namespace SegTrain.Bench;

/// <summary>Times a training step and a prediction in this process, and prints what bench/torch_step.py prints.</summary>
internal static class StepTimes
{
    /// <param name="steps">How often each, after a first time.</param>
    /// <param name="step">A step of training, done when it returns.</param>
    /// <param name="evaluate">Ends training.</param>
    /// <param name="infer">A prediction, done when it returns.</param>
    public static int Print(int steps, Action<long> step, Action evaluate, Action infer)
    {
        step(0);
        Console.WriteLine($"first {(DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds:F6}");
        for (var number = 1; number <= steps; number++) Print("step", () => step(number));
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"peak {process.PeakWorkingSet64 / 1048576.0:F0}");
        evaluate();
        infer();
        for (var number = 0; number < steps; number++) Print("infer", infer);
        return 0;
    }

    private static void Print(string name, Action timed)
    {
        var start = Stopwatch.GetTimestamp();
        timed();
        Console.WriteLine($"{name} {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F3}");
    }
}
