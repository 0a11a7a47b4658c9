using System.Runtime.InteropServices;
using SegTrain.Core.Models;
using SegTrain.Core.Optim;
using SegTrain.Tests.Core.Models;
using SegTrain.Tests.Core.Training;
using SegTrain.Tests.Losses;
using SegTrain.Tests.Support;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Engine;

/// <summary>
/// Nothing that an operator reads is freed while it runs: losses, optimizers and layers have the same bits while another thread collects garbage and
/// runs finalizers without end. SEGTRAIN_STRESS=300 does so for five minutes. Alone, because of what other tests leave to collections.
/// </summary>
[Collection(nameof(Seeded))]
public sealed class CollectionTests
{
    private const int Workers = 8;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("SEGTRAIN_STRESS") ?? "6"));

    /// <summary>Constants are kept for good and all else is disposed of or in a dispose scope; so there is nothing that a collection could free too early.</summary>
    [Fact]
    public void Nothing_is_left_to_collections()
    {
        var left = FinalizedObjects.LeftBy(static () =>
        {
            _ = Results([.. Losses(), .. Optimizers(), .. Nets(), Training()]);
        });
        Assert.Equal((0, 0), (left(typeof(TorchSharp.Scalar)), left(typeof(Tensor))));
    }

    [Fact]
    public async Task Collections_at_any_time_change_no_bit()
    {
        Work[] quick = [.. Losses(), .. Optimizers()];
        Work[] slow = [.. Nets(), Training()];
        var (ofQuick, ofSlow) = (Results(quick), Results(slow));
        using var end = new CancellationTokenSource(Time);
        // More threads than processors: a scalar is freed too early where a thread waits for its turn between two instructions.
        await Task.WhenAll([
            Start(() => Collect(end.Token)),
            Start(() => Repeat(slow, ofSlow, 0, end.Token)),
            .. Enumerable.Range(0, Workers).Select(worker => Start(() => Repeat(quick, ofQuick, worker * quick.Length / Workers, end.Token))),
        ]);
    }

    private static double[][] Results(Work[] all) => [.. all.Select(static work => work.Run())];

    private static void Repeat(Work[] all, double[][] expected, int first, CancellationToken end)
    {
        for (var runs = 0; runs < all.Length || !end.IsCancellationRequested; runs++)
        {
            var i = (first + runs) % all.Length;
            AssertSameBits(all[i].Name, expected[i], all[i].Run());
        }
    }

    private static Task Start(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Collect(CancellationToken end)
    {
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            // What was made just now is in the youngest generation, whose collections are the fastest.
            GC.Collect(i % 100 == 0 ? 2 : 0);
            GC.WaitForPendingFinalizers();
        }
    }

    private sealed record Work(string Name, Func<double[]> Run);

    private static IEnumerable<Work> Losses() =>
        from row in new LossRows()
        let given = LossCase.Random(row.Data.Item2, seed: 51, ignored: true)
        select new Work(row.Data.Item1, () => Joined(given.Run(row.Data.Item1, ScalarType.Float32)));

    private static double[] Joined((double Value, double[] Gradient) loss) => [loss.Value, .. loss.Gradient];

    private static IEnumerable<Work> Optimizers() =>
        from row in OptimizerCatalog.Table
        select new Work(row.Name, () => Steps(new OptimizerConfig { Name = row.Name, WeightDecay = 0.1 }));

    private static void AssertSameBits(string name, double[] expected, double[] made)
    {
        Assert.NotEmpty(made);
        Assert.True(MemoryMarshal.AsBytes<double>(expected).SequenceEqual(MemoryMarshal.AsBytes<double>(made)), $"{name} has other bits");
    }

    private static double[] Steps(OptimizerConfig config)
    {
        using var scope = NewDisposeScope();
        var (values, gradients) = (NetFixture.Uniform(1, 1000), NetFixture.Uniform(2, 1000));
        using var optimizer = new Optimizer(config, values, gradients, decaying: 500);
        for (var step = 0; step < 10; step++)
        {
            optimizer.Step(0.1 / (step + 1), step);
            GradientClip.Apply(config with { ClipValue = 0.9 }, gradients);
        }
        return LossProbe.Numbers(values);
    }

    // Channels in multiples of 16, whose convolutions are right wherever this runs.
    private static IEnumerable<Work> Nets() =>
        from row in ArchitectureCatalog.Table
        from block in Enum.GetValues<Block>()
        from norm in Enum.GetValues<Norm>()
        let config = NetFixture.Small with { Architecture = row.Name, Width = 16, Depth = 1, Block = block, Norm = norm }
        select new Work($"{row.Name} {block} {norm}", () => Pass(config));

    private static double[] Pass(ModelConfig config)
    {
        using var scope = NewDisposeScope();
        using var net = NetFixture.Net(config);
        var outputs = net.Train(NetFixture.Uniform(3, 2, 3, 16, 16), 0, 0);
        outputs[0].sum().backward();
        return [.. LossProbe.Numbers(outputs[0]), .. LossProbe.Numbers(net.Parameters.Gradients)];
    }

    // With everything that multiplies by a number that changes: schedule, decay, average, parts of a step, blended images, scaled loss.
    private static Work Training() => new("training", Trained);

    private static double[] Trained()
    {
        double[] weights = [];
        TrainerFixture.Run(
            [
                "model.width=16", "train.epochs=2", "train.accumulate=2", "train.ema=0.9", "loss=0.5*ce + linear(1, 0.5, epochs=2)*dice",
                "augment.preset=strong", "augment.on=device", "augment.mixup=0.5", "augment.cutmix=0.5",
            ],
            static (setup, _) => setup with { LossScale = new(1024, 0) },
            setup => weights = LossProbe.Numbers(setup.Net.Parameters.Values));
        return weights;
    }
}
