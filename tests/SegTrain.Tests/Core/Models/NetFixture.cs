using System.Runtime.InteropServices;
using SegTrain.Core.Models;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

/// <summary>Small nets and numbers for them.</summary>
internal static class NetFixture
{
    public static readonly ModelConfig Small = new() { Width = 4, Depth = 2, Norm = Norm.Batch, Block = Block.Plain };

    public static SegmentationNet Net(ModelConfig config, int channels = 3, int outputs = 2, long seed = 5) =>
        new(config, [.. Enumerable.Repeat(0.5f, channels)], [.. Enumerable.Repeat(0.25f, channels)], outputs, CPU, seed);

    /// <summary>Other numbers for another seed, the same ones for the same.</summary>
    public static Tensor Uniform(int seed, params long[] shape)
    {
        // Not LibTorch's generator, of which there is one for all tests at once.
        var random = new Random(seed);
        return tensor([.. Enumerable.Range(0, (int)shape.Aggregate(1L, static (product, side) => product * side)).Select(_ => random.NextSingle())], shape);
    }

    public static float[] Numbers(Tensor values) => MemoryMarshal.Cast<byte, float>(values.detach().contiguous().bytes).ToArray();

    public static ModelConfig Of(string architecture, string block, bool attention) =>
        Small with { Architecture = architecture, Block = Enum.Parse<Block>(block), Attention = attention };

    /// <summary>Every architecture with every block, and what else changes the way through a net.</summary>
    public static TheoryData<string, string, bool> Nets
    {
        get
        {
            Assert.NotEmpty(ArchitectureCatalog.Table);
            return [.. from row in ArchitectureCatalog.Table
                       from block in Enum.GetNames<Block>()
                       from attention in (bool[])[false, true]
                       select (row.Name, block, attention)];
        }
    }
}
