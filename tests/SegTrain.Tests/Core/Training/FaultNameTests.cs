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
    public void Rights_that_are_missing_are_no_want_of_room()
    {
        const string Denied = "Access to the path 'run/lock' is denied.";
        var named = Assert.Throws<SegTrainException>(static () => Faults.Named<int>(static () => throw new UnauthorizedAccessException(Denied)));
        Assert.Equal(ExitCode.Config, named.Code);
        Assert.StartsWith(Denied, named.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("make room", named.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_goes_on_in_a_folder_that_is_not_kept()
    {
        Exception[] faults = [new IOException("No space left on device"), new InsufficientMemoryException()];
        Assert.All(faults, static fault =>
        {
            var (kept, gone) = (Nested(fault, kept: true), Nested(fault, kept: false));
            Assert.Contains("saved", kept.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("saved", gone.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("--resume", gone.Message, StringComparison.Ordinal);
            Assert.Equal(kept.Code, gone.Code);
        });
        var other = new SegTrainException(ExitCode.Data, "0.png: damaged", new IOException("0.png"));
        Assert.Same(other, Nested(other, kept: false));

        static SegTrainException Nested(Exception fault, bool kept) =>
            Assert.Throws<SegTrainException>(() => Faults.Named(() => Faults.Named<int>(() => throw fault), kept));
    }

    [Fact]
    public void What_is_a_bug_stays_one() => Assert.Throws<Win32Exception>(static () => Faults.Named<int>(static () => throw Native("no such operator")));

    // An ExternalException, as LibTorch's are, of a kind that may be made by hand.
    private static Win32Exception Native(string message) => new(message);
}
