using System.Diagnostics;
using System.Globalization;
using SegTrain.Core.Data;
using SegTrain.Core.Files;
using SegTrain.Core.Models;
using SegTrain.Core.Optim;
using SegTrain.Core.Recipe;
using SegTrain.Core.Training;
using SegTrain.Losses;
using SegTrain.Tests.Support;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Training;

/// <summary>The same weights and the same batches give the same losses in PyTorch, step by step.</summary>
public sealed class ParityTests
{
    private const string Python = "/usr/bin/python3";
    private const int Steps = 20;

    // Adam's first steps are signs of gradients, which rounding flips where they are near zero: at 0.001 PyTorch's float32 is 1.4e-4 from its float64,
    // and 2.6e-4 when another of its kernels convolves.
    [Theory]
    [InlineData("sgd", 0.003)]
    [InlineData("adamw", 0.0001)]
    public void Twenty_steps_have_the_losses_of_PyTorch(string optimizerName, double rate)
    {
        Assert.SkipUnless(File.Exists(Python) && Exit(Python, "-c", "import torch").Code == 0, "python3-torch is not installed");
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var config = new RunConfig
        {
            Data = new DataConfig { Synthetic = new SyntheticConfig { Classes = 2, Train = 8 * Steps, Size = 48 } },
            Model = new ModelConfig { Width = 8, Depth = 3 },
        };
        var data = Dataset.Open(config.Loading);
        using var net = new SegmentationNet(config.Model, data.Mean, data.Std, 1, CPU, seed: 3);
        var (weights, batchFile) = (folder.File("weights.safetensors"), folder.File("batches.safetensors"));
        AtomicFile.Write(weights, stream => Safetensors.Write(stream, Checkpoint.Tensors(net.Parameters), new Dictionary<string, string>()));

        var settings = new OptimizerConfig { Name = optimizerName };
        using var optimizer = new Optimizer(settings, net.Parameters.Values, net.Parameters.Gradients, net.Parameters.Decaying);
        var loss = LossExpression.Parse("bce-dice(reduction=batch, smooth=1)").Build(new LossTask(SegmentationMode.Binary, 2));
        var (ours, batches) = (new List<double>(), new List<(string, Tensor)>());
        foreach (var batch in data.TrainingLoader(config.Loading).Epoch(0))
        {
            using (batch)
            {
                var (images, targets, _) = DeviceBatch.From(batch, CPU);
                batches.Add(($"images.{ours.Count}", images.clone()));
                batches.Add(($"targets.{ours.Count}", targets.to(float32)));
                var value = loss.Compute(net.Train(images, ours.Count)[0], targets);
                value.backward();
                GradientClip.ByNorm(net.Parameters.Gradients, settings.ClipNorm);
                optimizer.Step(rate, ours.Count);
                net.Parameters.Gradients.zero_();
                ours.Add(value.item<float>());
            }
        }
        AtomicFile.Write(batchFile, stream => Safetensors.Write(stream, batches, new Dictionary<string, string>()));

        var script = Repository.File("tests/SegTrain.Tests/Core/Training/parity.py");
        var (code, output) = Exit(Python, script, weights, batchFile, optimizerName, rate.ToString(CultureInfo.InvariantCulture));
        Assert.True(code == 0, output);
        var theirs = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => double.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(Steps, ours.Count);
        Assert.Equal(Steps, theirs.Length);
        Assert.All(ours.Zip(theirs), static pair => Assert.InRange(pair.First / pair.Second, 1 - 1e-4, 1 + 1e-4));
        Assert.True(ours[^1] < ours[0]);
    }

    private static (int Code, string Output) Exit(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
