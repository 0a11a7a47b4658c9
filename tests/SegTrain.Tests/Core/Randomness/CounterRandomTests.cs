using SegTrain.Core.Randomness;

namespace SegTrain.Tests.Core.Randomness;

public sealed class CounterRandomTests
{
    // kat_vectors of the Random123 library, philox4x32 with 10 rounds.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0ul, 0x6627E8D5u, 0xE169C58Du, 0xBC57AC4Cu, 0x9B00DBD8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0ul, 0x408F276Du, 0x41C83B0Eu, 0xA20BC7C6u, 0x6D5451FDu)]
    [InlineData(0x243F6A88u, 0x85A308D3u, 0x13198A2Eu, 0x03707344u, 0x299F31D0_A4093822ul, 0xD16CFE09u, 0x94FDCCEBu, 0x5001E420u, 0x24126EA1u)]
    public void Philox_gives_the_published_vectors(uint a, uint b, uint c, uint d, ulong key, uint w, uint x, uint y, uint z) =>
        Assert.Equal(new PhiloxBlock(w, x, y, z), new PhiloxBlock(a, b, c, d).Encrypt(key));

    [Fact]
    public void Numbers_are_the_blocks_of_the_counter_draw_sample_epoch_stream()
    {
        var random = new CounterRandom(7, RandomStream.Augment, epoch: 5, sample: 9);
        foreach (var draw in new[] { 0u, 1u })
        {
            var block = new PhiloxBlock(draw, 9, 5, (uint)RandomStream.Augment).Encrypt(7);
            Assert.Equal([block.A, block.B, block.C, block.D], new[] { random.NextUInt(), random.NextUInt(), random.NextUInt(), random.NextUInt() });
        }
    }

    [Fact]
    public void Bounded_numbers_hit_every_value_equally_often()
    {
        var random = new CounterRandom(1, RandomStream.Shuffle);
        var counts = new int[6];
        for (var i = 0; i < 60_000; i++)
            counts[random.NextInt(6)]++;

        // 10000 each with a standard deviation of 91; five of those.
        Assert.All(counts, static count => Assert.InRange(count, 9_544, 10_456));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new CounterRandom(1, RandomStream.Shuffle).NextInt(0));
    }

    [Fact]
    public void A_bound_that_does_not_divide_2_to_the_32_is_unbiased()
    {
        // Without rejection, values below 2^30 would come up twice as often as the others.
        const int Bound = 3 << 29;
        var random = new CounterRandom(1, RandomStream.Shuffle);
        var low = Enumerable.Range(0, 30_000).Count(_ => random.NextInt(Bound) < Bound / 3);
        Assert.InRange(low, 9_592, 10_408);
    }

    [Fact]
    public void Doubles_have_their_moments()
    {
        var random = new CounterRandom(3, RandomStream.Synthetic);
        var uniform = Enumerable.Range(0, 40_000).Select(_ => random.NextDouble()).ToList();
        Assert.All(uniform, static value => Assert.InRange(value, 0, 1 - (1.0 / (1ul << 53))));
        Assert.Equal(0.5, uniform.Average(), 0.0075);
        Assert.Equal(1 / 12.0, uniform.Average(static value => (value - 0.5) * (value - 0.5)), 0.002);
    }

    [Fact]
    public void Shuffling_keeps_the_items_and_gives_every_order()
    {
        var orders = new HashSet<string>();
        for (var epoch = 0; epoch < 200; epoch++)
        {
            int[] items = [0, 1, 2, 3];
            var random = new CounterRandom(1, RandomStream.Shuffle, epoch);
            random.Shuffle(items);
            Assert.Equal([0, 1, 2, 3], items.Order());
            orders.Add(string.Concat(items));
        }

        Assert.Equal(24, orders.Count);
    }

    [Fact]
    public void Seed_stream_epoch_and_sample_all_change_the_numbers()
    {
        var first = new[]
        {
            new CounterRandom(1, RandomStream.Augment, 0, 0), new CounterRandom(2, RandomStream.Augment, 0, 0), new CounterRandom(1, RandomStream.Split, 0, 0),
            new CounterRandom(1, RandomStream.Augment, 1, 0), new CounterRandom(1, RandomStream.Augment, 0, 1),
        }.Select(static random => random.NextUInt());
        Assert.Equal(5, first.Distinct().Count());
    }
}
