using System.Runtime.ExceptionServices;
using TorchSharp;

namespace SegTrain.Tests.Support;

internal static class LiveTensors
{
    /// <summary>
    /// How many tensors are left undisposed by what <paramref name="code"/> does. It runs on a thread of its own, because tensors are counted
    /// by thread and those that other tests left on this one may be finalized at any time.
    /// </summary>
    public static long LeftBy(Action code)
    {
        var (left, error) = (0L, (ExceptionDispatchInfo?)null);
        var thread = new Thread(() =>
        {
            try
            {
                code();
                left = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            }
            catch (Exception thrown)
            {
                error = ExceptionDispatchInfo.Capture(thrown);
            }
        });
        thread.Start();
        thread.Join();
        error?.Throw();
        return left;
    }
}
