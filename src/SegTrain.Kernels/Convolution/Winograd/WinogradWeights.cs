using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SegTrain.Kernels;

/// <summary>
/// G g G^T of all kernels, in the order in which products read them: (groups, 36, blocks of a group, C, 4), four outputs side by side, with zeros for outputs that are missing to a
/// multiple of four; the last group may have fewer blocks.
/// </summary>
internal sealed unsafe class WinogradWeights : IDisposable
{
    /// <summary>Places of a transformed tile.</summary>
    public const int Places = 36;

    /// <summary>Outputs of a block.</summary>
    public const int Block = 4;

    /// <summary>Blocks of a group, whose products are taken place by place.</summary>
    public const int GroupBlocks = 8;

    // So that the places do not all fall on the same lines of the cache.
    private const int Apart = 16;

    /// <summary>Channels that are transformed before they are written, so that whole lines of the cache are.</summary>
    private const int Together = 8;

    private readonly float* _values;
    private readonly int _inputs;

    /// <param name="weight">(D, C, 3, 3); turned, those of the convolution that takes a gradient back: D inputs, C outputs, every kernel turned by 180 degrees.</param>
    /// <param name="inputs">Of the convolution that is computed.</param>
    /// <param name="outputs">Of the convolution that is computed.</param>
    /// <param name="turned">Which.</param>
    public WinogradWeights(float* weight, int inputs, int outputs, bool turned)
    {
        _inputs = inputs;
        Blocks = (outputs + Block - 1) / Block;
        _values = (float*)NativeMemory.AlignedAlloc((nuint)Places * ((nuint)Blocks * (nuint)inputs * Block + (nuint)Groups * Apart) * sizeof(float), 64);
        var (outputStride, inputStride) = turned ? (9, outputs * 9) : (inputs * 9, 9);
        Shares.Each(Blocks, block =>
        {
            var to = At(block / GroupBlocks, block % GroupBlocks, out var placeStride);
            var g = stackalloc float[9 * Block];
            var missing = stackalloc float[9];
            var transformed = stackalloc float[Places * Together * Block];
            new Span<float>(missing, 9).Clear();
            for (var c = 0; c < inputs; c += Together, to += Together * Block)
            {
                var here = Math.Min(Together, inputs - c);
                for (var i = 0; i < here; i++)
                {
                    Gather(Kernel(0, c + i), Kernel(1, c + i), Kernel(2, c + i), Kernel(3, c + i), turned, g);
                    Transform(g, transformed + i * Block, Together * Block);
                }
                for (var place = 0; place < Places; place++)
                {
                    var (line, target) = ((nint)(transformed + place * Together * Block), (nint)(to + place * placeStride));
                    if (here == Together) Unsafe.CopyBlockUnaligned((void*)target, (void*)line, Together * Block * sizeof(float));
                    else new ReadOnlySpan<float>((void*)line, here * Block).CopyTo(new Span<float>((void*)target, here * Block));
                }
            }

            float* Kernel(int lane, int c) =>
                block * Block + lane < outputs ? weight + (long)(block * Block + lane) * outputStride + (long)c * inputStride : missing;
        });
    }

    /// <summary>How many blocks of outputs.</summary>
    public int Blocks { get; }

    /// <summary>How many groups of blocks.</summary>
    public int Groups => (Blocks + GroupBlocks - 1) / GroupBlocks;

    /// <summary>How many blocks a group has.</summary>
    public int BlocksOf(int group) => Math.Min(GroupBlocks, Blocks - group * GroupBlocks);

    /// <summary>A block's numbers (C, 4) of the first place, and how far it is to the next place's.</summary>
    public float* At(int group, int block, out nint placeStride)
    {
        var length = (nint)_inputs * Block;
        placeStride = BlocksOf(group) * length + Apart;
        return _values + group * Places * (GroupBlocks * length + Apart) + block * length;
    }

    public void Dispose() => NativeMemory.AlignedFree(_values);

    // Four kernels of nine numbers to nine times four.
    private static void Gather(float* first, float* second, float* third, float* fourth, bool turned, float* g)
    {
        for (var tap = 0; tap < 8; tap += 4)
        {
            var (a, b, c, d) = (Lanes4.Load(first + tap), Lanes4.Load(second + tap), Lanes4.Load(third + tap), Lanes4.Load(fourth + tap));
            Lanes4.Transpose(ref a, ref b, ref c, ref d);
            a.Store(g + At(tap));
            b.Store(g + At(tap + 1));
            c.Store(g + At(tap + 2));
            d.Store(g + At(tap + 3));
        }
        var last = g + At(8);
        last[0] = first[8];
        last[1] = second[8];
        last[2] = third[8];
        last[3] = fourth[8];

        int At(int tap) => (turned ? 8 - tap : tap) * Block;
    }

    // (3, 3, 4) to 36 times four.
    private static void Transform(float* g, float* to, nint stride)
    {
        var rows = stackalloc float[6 * 3 * Block];
        for (var column = 0; column < 3; column++)
        {
            var (r0, r1, r2, r3, r4, r5) = WinogradTransform<Lanes4>.Weights(
                Lanes4.Load(g + column * Block), Lanes4.Load(g + (3 + column) * Block), Lanes4.Load(g + (6 + column) * Block));
            r0.Store(rows + column * Block);
            r1.Store(rows + (3 + column) * Block);
            r2.Store(rows + (6 + column) * Block);
            r3.Store(rows + (9 + column) * Block);
            r4.Store(rows + (12 + column) * Block);
            r5.Store(rows + (15 + column) * Block);
        }
        for (var row = 0; row < 6; row++, to += 6 * stride)
        {
            var from = rows + row * 3 * Block;
            var (r0, r1, r2, r3, r4, r5) = WinogradTransform<Lanes4>.Weights(Lanes4.Load(from), Lanes4.Load(from + Block), Lanes4.Load(from + 2 * Block));
            r0.Store(to);
            r1.Store(to + stride);
            r2.Store(to + 2 * stride);
            r3.Store(to + 3 * stride);
            r4.Store(to + 4 * stride);
            r5.Store(to + 5 * stride);
        }
    }
}
