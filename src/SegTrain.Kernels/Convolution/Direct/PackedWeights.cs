using System.Runtime.InteropServices;

namespace SegTrain.Kernels;

/// <summary>Weights of four outputs side by side, in the order in which a tile reads them: (D / 4, C, 9, 4), with zeros for outputs that are missing to a multiple of four.</summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    public const int Block = 4;

    private PackedWeights(int inputs, int outputs)
    {
        Blocks = (outputs + Block - 1) / Block;
        BlockLength = inputs * 9 * Block;
        Values = (float*)NativeMemory.AlignedAlloc((nuint)Blocks * (nuint)BlockLength * sizeof(float), 64);
    }

    /// <summary>How many blocks of outputs.</summary>
    public int Blocks { get; }

    /// <summary>Numbers of a block.</summary>
    public int BlockLength { get; }

    public float* Values { get; }

    /// <param name="weight">(D, C, 3, 3).</param>
    /// <param name="inputs">C.</param>
    /// <param name="outputs">D.</param>
    public static PackedWeights Of(float* weight, int inputs, int outputs) =>
        Filled(inputs, outputs, weight, outputStride: inputs * 9, inputStride: 9, turned: false);

    /// <summary>Of the convolution that takes a gradient back: D inputs, C outputs, every kernel turned by 180 degrees.</summary>
    /// <param name="weight">(D, C, 3, 3).</param>
    /// <param name="inputs">C.</param>
    /// <param name="outputs">D.</param>
    public static PackedWeights Turned(float* weight, int inputs, int outputs) =>
        Filled(outputs, inputs, weight, outputStride: 9, inputStride: inputs * 9, turned: true);

    private static PackedWeights Filled(int inputs, int outputs, float* weight, int outputStride, int inputStride, bool turned)
    {
        var packed = new PackedWeights(inputs, outputs);
        var values = packed.Values;
        Shares.Each(packed.Blocks, block =>
        {
            var to = values + (long)block * packed.BlockLength;
            for (var c = 0; c < inputs; c++)
            {
                for (var lane = 0; lane < Block; lane++)
                {
                    var d = block * Block + lane;
                    var from = weight + (long)d * outputStride + (long)c * inputStride;
                    for (var tap = 0; tap < 9; tap++) to[tap * Block + lane] = d < outputs ? from[turned ? 8 - tap : tap] : 0;
                }
                to += 9 * Block;
            }
        });
        return packed;
    }

    public void Dispose() => NativeMemory.AlignedFree(Values);
}
