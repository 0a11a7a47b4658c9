using SegTrain.Core.Engine;
using SegTrain.Core.Models;
using SegTrain.Core.Optim;
using SegTrain.Losses;
using Serilog.Core;
using static TorchSharp.torch;

namespace SegTrain.Bench;

/// <summary>Our training step as <c>segtrain fit</c> does it; prints what bench/torch_step.py prints.</summary>
internal static class StepChild
{
    public static int Run(StepSettings settings)
    {
        TorchEngine.Start(Logger.None);
        var device = ComputeDevice.Choose(settings.Device);
        using var net = new SegmentationNet(new ModelConfig(), [0, 0, 0], [1, 1, 1], 1, device, seed: 0) { Activations = settings.Precision == "bf16" ? bfloat16 : float32 };
        var gradients = net.Parameters.Gradients;
        using var optimizer = new Optimizer(new OptimizerConfig { Name = "adam", WeightDecay = 0 }, net.Parameters.Values, gradients, net.Parameters.Decaying);
        var loss = LossExpression.Parse("bce-dice(reduction=batch, smooth=1)").Build(new LossTask(SegmentationMode.Binary, 2, ignoreIndex: null));
        using var images = empty([settings.Batch, 3, settings.Size, settings.Size]).normal_().to(device);
        using var targets = empty([settings.Batch, settings.Size, settings.Size]).normal_().gt(0).to(uint8).to(device);

        return StepTimes.Print(settings.Steps, Step, static () => { }, Infer);

        void Step(long step)
        {
            using var scope = NewDisposeScope();
            var value = loss.Compute(net.Train(images, step)[0], targets);
            value.backward();
            optimizer.Step(1e-3, step);
            gradients.zero_();
            value.item<float>();
        }

        // Until a number is read a device may still be at it.
        void Infer()
        {
            using var gradients = no_grad();
            using var scope = NewDisposeScope();
            net.Infer(images).sum().item<float>();
        }
    }
}
