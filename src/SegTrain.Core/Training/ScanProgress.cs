using Serilog;

namespace SegTrain.Core.Training;

/// <summary>A line every few seconds of a long look through the masks.</summary>
internal sealed class ScanProgress(ILogger log) : IProgress<(int Done, int Total)>
{
    private const int Every = 5000;

    private readonly Lock _lock = new();
    private long _next = Environment.TickCount64 + Every;

    public void Report((int Done, int Total) value)
    {
        lock (_lock)
        {
            if (Environment.TickCount64 < _next) return;
            _next = Environment.TickCount64 + Every;
        }
        log.Information("masks looked through: {Done} of {Total}", value.Done, value.Total);
    }
}
