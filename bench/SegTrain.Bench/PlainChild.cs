using SegTrain.Core.Engine.Loading;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Bench;

/// <summary>The training step of <see cref="PlainNet"/>, as the tutorials of TorchSharp have it.</summary>
internal static class PlainChild
{
    public static int Run(StepSettings settings)
    {
        _ = EngineLibraries.Loaded;
        var device = torch.device(settings.Device);
        using var net = new PlainNet(3, 1);
        net.to(device);
        using var optimizer = optim.Adam(net.parameters(), 1e-3);
        using var images = rand(settings.Batch, 3, settings.Size, settings.Size).to(device);
        using var targets = (rand(settings.Batch, 1, settings.Size, settings.Size) > 0.5).to(float32).to(device);
        return StepTimes.Print(settings.Steps, Step, Evaluate, Infer);

        void Step(long step)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var logits = net.call(images);
            var p = logits.sigmoid();
            var overlap = (p * targets).sum();
            var loss = nn.functional.binary_cross_entropy_with_logits(logits, targets) + 1 - (2 * overlap + 1) / (p.sum() + targets.sum() + 1);
            loss.backward();
            optimizer.step();
            loss.item<float>();
        }

        void Evaluate() => net.eval();

        void Infer()
        {
            using var gradients = no_grad();
            using var scope = NewDisposeScope();
            net.call(images).sum().item<float>();
        }
    }
}
