using SegTrain.Core.Data;
using SegTrain.Core.Engine;
using SegTrain.Core.Models;
using SegTrain.Core.Recipe;
using SegTrain.Core.Text;
using SegTrain.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>
/// What <c>train.batch_size: auto</c> comes to: the largest of 2, 4, 8, ... that fits, by a training step of each size, and that leaves an epoch at least
/// eight steps. On a CPU, where a batch takes as long as its images do one by one, never more than 16; on a GPU never more than 64. The clock has no say,
/// so that the same machine chooses the same.
/// </summary>
internal static class BatchSizeChoice
{
    private const int MostOnCpu = 16;
    private const int MostOnGpu = 64;
    private const int FewestSteps = 8;

    /// <param name="config">Its train.batch_size is not read.</param>
    /// <param name="data">What is trained on.</param>
    /// <param name="net">Is trained, so that it should be one that nobody needs.</param>
    /// <param name="loss">Of the steps.</param>
    /// <param name="device">Where the net is. A CPU must not run out of memory, since the system may then end the process; a GPU says so.</param>
    /// <param name="memory">Of the machine; a step on a CPU is given half of what is free.</param>
    /// <returns>The size, and why it is not larger.</returns>
    public static (int Chosen, string Reason) Choose(RunConfig config, Dataset data, SegmentationNet net, Loss loss, Device device, MachineMemory memory)
    {
        var isCpu = device.type == DeviceType.CPU;
        var most = isCpu ? MostOnCpu : MostOnGpu;
        var images = data.Train.Count * config.Data.Repeat / (FewestSteps * config.Train.Accumulate);
        var room = TrainingSize.MostImages(data.Train, config.Loading);
        var (chosen, needed) = (1, 0L);
        for (var size = 2; size <= Math.Min(Math.Min(most, images), room); size *= 2)
        {
            if (isCpu && 2 * needed > memory.Free / 2)
                return (chosen, $"a step of {size} images would take about {ByteSize.Text(2 * needed)}, and of {ByteSize.Text(memory.Free)} that are free it should leave half");
            try
            {
                Step(config with { Train = config.Train with { BatchSize = size } }, data, net, loss, device);
            }
            catch (Exception exhausted) when (OutOfMemory.Is(exhausted))
            {
                return (chosen, $"there is no memory for a step of {size} images");
            }
            (chosen, needed) = (size, memory.Taken());
        }
        return (chosen,
            chosen * 2 > images ? $"so an epoch has at least {FewestSteps} steps"
            : chosen * 2 > room ? "a batch has no room for more"
            : $"larger batches are {(isCpu ? "no faster on a CPU" : "hardly faster")}");
    }

    private static void Step(RunConfig config, Dataset data, SegmentationNet net, Loss loss, Device device)
    {
        using var batch = data.TrainingLoader(config.Loading, loss.Distances).Epoch(0).First();
        using var scope = NewDisposeScope();
        var (images, targets, distances) = DeviceBatch.From(batch, device);
        var value = new DeepSupervision(loss).Compute(net.Train(images, 0), targets, 0, distances);
        Backward.From(value);
        // A device reports what went wrong when it is waited for.
        value.item<float>();
    }
}
