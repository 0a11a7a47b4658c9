using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Data;

public sealed class CacheBudgetTests
{
    // A sample of 10 x 10 with three bytes a pixel and its class: 400 bytes, and 200 for the objects.
    private const int OfOne = 600;

    [Fact]
    public void As_many_as_fit_are_kept_training_first()
    {
        var (train, validation) = (new Counted(4), new Counted(3));
        var budget = new CacheBudget(CacheMode.Auto, (5 * OfOne) + (OfOne - 1));
        var (cachedTrain, cachedValidation) = (budget.Cache(train, 3), budget.Cache(validation, 3));
        budget.RefuseOverflow();
        for (var epoch = 0; epoch < 3; epoch++)
        {
            foreach (var source in new[] { cachedTrain, cachedValidation })
                Assert.All(Enumerable.Range(0, source.Count), i => Assert.Equal(i, source.Load(i).Target[0]));
        }

        Assert.Equal([1, 1, 1, 1], train.Loads);
        Assert.Equal([1, 3, 3], validation.Loads);
        Assert.Equal("5 of 7 kept in memory, the others decoded anew in each epoch (all need 5 kB; see data.cache_bytes)", budget.Summary);
    }

    [Fact]
    public void All_or_none_are_kept_where_the_mode_says_so()
    {
        var source = new Counted(4);
        var none = new CacheBudget(CacheMode.None, long.MaxValue);
        Assert.Same(source, none.Cache(source, 3));
        Assert.Contains("data.cache: none", none.Summary);

        var ram = new CacheBudget(CacheMode.Ram, 4 * OfOne);
        Assert.NotSame(source, ram.Cache(source, 3));
        ram.RefuseOverflow();
        Assert.Equal("kept in memory once decoded", ram.Summary);

        var small = new CacheBudget(CacheMode.Ram, (4 * OfOne) - 1);
        small.Cache(source, 3);
        var error = Assert.Throws<SegTrainException>(small.RefuseOverflow);
        Assert.Equal(ExitCode.Config, error.Code);
        Assert.Contains("the 4 samples take 3 kB", error.Message);
    }

    [Fact]
    public void The_memory_kept_is_within_the_budget()
    {
        const int Kept = 10_000;
        var source = new Counted(2 * Kept);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var cached = new CacheBudget(CacheMode.Auto, Kept * OfOne).Cache(source, 3);
        for (var i = 0; i < Kept; i++)
            cached.Load(i);
        // Nothing of it is garbage, so what was allocated is what is kept.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, Kept * 400, Kept * OfOne);

        var others = Enumerable.Range(Kept, Kept).Select(i => new WeakReference(cached.Load(i).Target)).ToList();
        GC.Collect();
        Assert.DoesNotContain(others, static other => other.IsAlive);
        GC.KeepAlive(cached);
    }

    private sealed class Counted(int count) : ISampleSource
    {
        public int[] Loads { get; } = new int[count];

        public int Count => count;

        public string Name(int index) => $"{index}";

        public (int Width, int Height) Size(int index) => (10, 10);

        public Sample Load(int index)
        {
            Loads[index]++;
            var target = new byte[100];
            target[0] = (byte)index;
            return new(PixelImage.Allocate(10, 10, 3, 8), target);
        }
    }
}
