namespace TorchSharp;

/// <summary>Counts the tensors of each thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static ThreadDisposeScopeStatistics? s_statistics;

    internal DisposeScopeManager()
    {
    }

    /// <summary>The counts of the calling thread.</summary>
    public static ThreadDisposeScopeStatistics Statistics => s_statistics ??= new();
}

/// <summary>What one thread made and has not disposed yet.</summary>
public class ThreadDisposeScopeStatistics
{
    internal long Live;

    internal ThreadDisposeScopeStatistics()
    {
    }

    /// <summary>Tensors made minus tensors disposed on this thread.</summary>
    public long ThreadTotalLiveCount => Live;
}
