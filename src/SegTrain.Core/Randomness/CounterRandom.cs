namespace SegTrain.Core.Randomness;

/// <summary>
/// Random numbers that are a pure function of (seed, stream, epoch, sample, draw): Philox4x32-10 with the seed as key and the other four
/// as its 128-bit counter. Any thread can produce any sample's numbers at any time, so the order of work never changes a result.
/// </summary>
/// <remarks>
/// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw: Parallel random numbers: as easy as 1, 2, 3. SC11, 2011, doi:10.1145/2063384.2063405.
/// A mutable struct: pass it by <c>ref</c>.
/// </remarks>
internal struct CounterRandom(ulong seed, RandomStream stream, int epoch = 0, int sample = 0)
{
    private readonly ulong _key = seed;
    private readonly uint _stream = (uint)stream;
    private readonly uint _epoch = (uint)epoch;
    private readonly uint _sample = (uint)sample;
    private uint _draw;
    private PhiloxBlock _block;
    private int _used = 4;

    /// <summary>Uniform over all 32-bit values.</summary>
    public uint NextUInt()
    {
        if (_used == 4)
        {
            _block = new PhiloxBlock(_draw++, _sample, _epoch, _stream).Encrypt(_key);
            _used = 0;
        }

        return _block[_used++];
    }

    /// <summary>Uniform over 0 .. bound - 1, without bias (D. Lemire, arXiv:1805.10941).</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var range = (uint)bound;
        var product = (ulong)NextUInt() * range;
        if ((uint)product < range)
        {
            for (var least = (0u - range) % range; (uint)product < least;)
                product = (ulong)NextUInt() * range;
        }

        return (int)(product >> 32);
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => ((((ulong)NextUInt() << 32) | NextUInt()) >> 11) * (1.0 / (1ul << 53));

    /// <summary>Uniform in [-1, 1).</summary>
    public double NextSigned() => (2 * NextDouble()) - 1;

    public bool NextBool() => NextUInt() >> 31 != 0;

    /// <summary>Puts the items into a uniformly random order (Fisher and Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}

/// <summary>128 bits as four words: a counter before <see cref="Encrypt"/>, random numbers after it.</summary>
internal readonly record struct PhiloxBlock(uint A, uint B, uint C, uint D)
{
    public uint this[int word] => word switch { 0 => A, 1 => B, 2 => C, _ => D };

    /// <summary>The ten rounds of Philox4x32.</summary>
    public PhiloxBlock Encrypt(ulong key)
    {
        var (a, b, c, d) = this;
        var (low, high) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < 10; round++)
        {
            var first = Math.BigMul(0xD2511F53u, a);
            var second = Math.BigMul(0xCD9E8D57u, c);
            (a, b, c, d) = ((uint)(second >> 32) ^ b ^ low, (uint)second, (uint)(first >> 32) ^ d ^ high, (uint)first);
            low += 0x9E3779B9;
            high += 0xBB67AE85;
        }

        return new(a, b, c, d);
    }
}
