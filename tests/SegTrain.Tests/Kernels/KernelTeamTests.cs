using SegTrain.Core.Engine;
using SegTrain.Kernels;

namespace SegTrain.Tests.Kernels;

/// <summary>
/// Whoever does the work, the bits are the same. The settings are those of the whole process, which other tests run in meanwhile: they may not depend on them either.
/// </summary>
public sealed unsafe class KernelTeamTests : IDisposable
{
    private readonly (int Threads, Action<int, Action>? Run) _before = (KernelTeam.Threads, KernelTeam.Run);

    [Theory]
    [InlineData(2, 3, 16, 37, 29)]
    [InlineData(3, 20, 24, 21, 50)]
    [InlineData(1, 64, 48, 8, 8)]
    public void Convolutions_have_the_same_bits_with_any_number_of_threads(int images, int inputs, int outputs, int height, int width)
    {
        var size = new ConvolutionSize(images, inputs, outputs, height, width);
        var random = new Random(inputs);
        var (x, weight, slope) = (Numbers(images * inputs * height * width), Numbers(outputs * inputs * 9), Numbers(images * outputs * height * width));
        KernelTeam.Threads = 1;
        var wanted = All();
        Assert.Contains(wanted, static number => number != 0);
        foreach (var run in new[] { null, _before.Run }.Distinct())
        {
            foreach (var threads in (ReadOnlySpan<int>)[2, 3, 8])
            {
                (KernelTeam.Threads, KernelTeam.Run) = (threads, run);
                Assert.Equal(wanted, All());
            }
        }

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];

        float[] All()
        {
            var (y, byInput, byWeight) = (new float[slope.Length], new float[x.Length], new float[weight.Length]);
            fixed (float* px = x, pw = weight, ps = slope, py = y, pi = byInput, pg = byWeight)
            {
                Convolution3x3.Forward(size, px, pw, null, relu: false, py);
                Convolution3x3.InputGradient(size, ps, pw, pi);
                Convolution3x3.WeightGradient(size, px, ps, pg);
            }
            return [.. y, .. byInput, .. byWeight];
        }
    }

    [Fact]
    public void LibTorch_lends_its_threads_on_Linux()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only GNU OpenMP lends them");
        Assert.True(OpenMpTeam.Lend(NativeEnvironment.Threads));
        var (entered, here) = (0, Environment.CurrentManagedThreadId);
        var callers = 0;
        KernelTeam.Run!(3, () =>
        {
            Interlocked.Increment(ref entered);
            if (Environment.CurrentManagedThreadId == here) Interlocked.Increment(ref callers);
        });
        Assert.Equal((3, 1), (entered, callers));
    }

    [Fact]
    public void What_a_share_throws_comes_to_the_caller()
    {
        foreach (var run in new[] { null, _before.Run }.Distinct())
        {
            KernelTeam.Run = run;
            var thrown = Record.Exception(static () => Shares.Each(100, 2, static share =>
            {
                if (share == 57) throw new InsufficientMemoryException("share 57");
            }));
            Assert.Equal("share 57", (thrown is AggregateException several ? several.InnerExceptions[0] : thrown)?.Message);
        }
    }

    [Fact]
    public void Every_share_is_taken_once()
    {
        foreach (var threads in (ReadOnlySpan<int>)[1, 2, 8])
        {
            var taken = new int[1000];
            Shares.Each(taken.Length, threads, share => Interlocked.Increment(ref taken[share]));
            Assert.All(taken, static times => Assert.Equal(1, times));
        }
    }

    public void Dispose() => (KernelTeam.Threads, KernelTeam.Run) = _before;
}
