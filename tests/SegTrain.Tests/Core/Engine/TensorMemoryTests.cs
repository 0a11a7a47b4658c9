using SegTrain.Core.Engine;
using Serilog.Core;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Engine;

/// <summary>Tensors that come and go in no order: what one holds no other writes to.</summary>
public sealed class TensorMemoryTests
{
    private const int Steps = 3000;
    private const int MostElements = 1 << 19;

    [Fact]
    public void No_tensor_writes_into_another()
    {
        TorchEngine.Start(Logger.None);
        var random = new Random(71);
        var live = new List<(Tensor Tensor, float Value)>();
        for (var step = 0; step < Steps; step++)
        {
            if (step == Steps / 2) TorchEngine.ReturnPages();
            if (live.Count < 20 || (live.Count < 60 && random.Next(2) == 0))
            {
                // Sizes that repeat, as those of a net do, and others.
                var elements = random.Next(2) == 0 ? 1 << random.Next(10, 19) : random.Next(1, MostElements);
                live.Add((full([elements], (float)step, float32), step));
            }
            else
            {
                var at = random.Next(live.Count);
                Check(live[at]);
                live.RemoveAt(at);
            }
        }
        live.ForEach(Check);
    }

    private static void Check((Tensor Tensor, float Value) held)
    {
        using var tensor = held.Tensor;
        using var same = tensor.eq(held.Value);
        using var all = same.all();
        Assert.True(all.item<bool>());
    }
}
