namespace SegTrain.Core.Engine.Convolutions;

/// <summary>A square convolution: stride 1 with zeros around, which keeps height and width, or a stride of its size without, which divides them.</summary>
/// <param name="Inputs">Channels in.</param>
/// <param name="Outputs">Channels out.</param>
/// <param name="Size">Its side.</param>
/// <param name="Stride">1, or the size.</param>
internal readonly record struct ConvolutionShape(int Inputs, int Outputs, int Size, int Stride)
{
    // Kernels work on at most four blocks of at most sixteen channels at once; more of them are the same code more often.
    private const int Block = 16;
    private const int MostBlocks = 4;

    public int Padding => PaddingOf(Size, Stride);

    /// <summary>The smallest convolution that takes the same way through kernels: as many channels beyond the last full block, and no more than four blocks.</summary>
    public ConvolutionShape Folded() => this with { Inputs = Fold(Inputs), Outputs = Fold(Outputs) };

    public static int PaddingOf(int size, int stride) => stride == 1 ? size / 2 : 0;

    private static int Fold(int channels)
    {
        const int Most = Block * MostBlocks;
        return channels <= Most ? channels : Most - Block + (channels - 1) % Block + 1;
    }
}
