using System.ComponentModel;
using SegTrain.Core;
using SegTrain.Core.Training;

namespace SegTrain.Tests.Core.Training;

public sealed class FaultNameTests
{
    [Fact]
    public void Memory_that_is_used_up_anywhere_is_exit_code_8()
    {
        Exception[] faults =
        [
            new InsufficientMemoryException(), new AggregateException(new AggregateException(new InsufficientMemoryException())), Native("std::bad_alloc"),
            Native("CUDA out of memory. Tried to allocate 2.00 GiB"), Native("DefaultCPUAllocator: can't allocate memory"),
        ];
        Assert.All(faults, static fault => Assert.Equal(ExitCode.OutOfMemory, Assert.Throws<SegTrainException>(() => Faults.Named<int>(() => throw fault)).Code));
    }

    [Fact]
    public void What_is_a_bug_stays_one() => Assert.Throws<Win32Exception>(static () => Faults.Named<int>(static () => throw Native("no such operator")));

    // An ExternalException, as LibTorch's are, of a kind that may be made by hand.
    private static Win32Exception Native(string message) => new(message);
}
