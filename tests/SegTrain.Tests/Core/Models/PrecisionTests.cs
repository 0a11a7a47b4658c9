using SegTrain.Core;
using SegTrain.Core.Models;
using SegTrain.Tests.Core.Training;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

/// <summary>Nets whose activations are bfloat16, which has 8 binary digits: 0.4 percent a number.</summary>
[Collection(nameof(Seeded))]
public sealed class PrecisionTests
{
    public static TheoryData<string, string, bool, string, string> Parts =>
    [
        .. from net in Nets.Select(static row => row.Data)
           from norm in Enum.GetNames<Norm>()
           from up in Enum.GetNames<Upsampling>()
           select (net.Item1, net.Item2, net.Item3, norm, up),
    ];

    [Theory]
    [MemberData(nameof(Parts))]
    public void Logits_and_gradients_are_those_of_float32_nearly(string architecture, string block, bool attention, string norm, string up)
    {
        using var scope = NewDisposeScope();
        var config = Of(architecture, block, attention) with { Norm = Enum.Parse<Norm>(norm), Up = Enum.Parse<Upsampling>(up), Dropout = 0.2 };
        var images = Uniform(3, 2, 3, 13, 18);
        var (exact, rounded) = (Trained(config, float32, images), Trained(config, bfloat16, images));
        Assert.InRange(Distance(exact.Logits, rounded.Logits), 1e-6, 0.15);
        // Where rounding turns a ReLU on or off a whole gradient comes or goes: half a percent of them a layer, and the root of that in the length.
        Assert.InRange(Distance(exact.Gradients, rounded.Gradients), 1e-6, 0.5);
    }

    [Fact]
    public void Weights_gradients_statistics_and_logits_stay_float32()
    {
        using var scope = NewDisposeScope();
        using var net = Net(Small, bfloat16);
        var logits = net.Train(Uniform(3, 2, 3, 16, 16), step: 0)[0];
        logits.sum().backward();
        Assert.Equal(float32, logits.dtype);
        Assert.Equal(float32, net.Infer(Uniform(3, 2, 3, 16, 16)).dtype);
        Assert.All(net.Parameters.All, static parameter => Assert.Equal(float32, parameter.Value.dtype));
        Assert.All(net.Parameters.Trained, static parameter => Assert.Equal(float32, parameter.Value.grad!.dtype));
        // Gradients arrive in the flat array that the optimizer reads.
        Assert.True(net.Parameters.Gradients.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void A_run_ends_near_that_in_float32()
    {
        string[] keys = ["train.epochs=6", "optimizer.learning_rate=0.01", "model.depth=2"];
        var (exact, rounded) = (ShortRun.Epochs([.. keys, "train.precision=fp32"]), ShortRun.Epochs([.. keys, "train.precision=bf16"]));
        Assert.NotEqual(exact[0]["train.loss"], rounded[0]["train.loss"]);
        Assert.True(rounded[^1]["train.loss"] < 0.9 * rounded[0]["train.loss"]);
        for (var i = 0; i < exact.Count; i++) Assert.InRange(rounded[i]["train.loss"] / exact[i]["train.loss"], 0.95, 1.05);
    }

    [Theory]
    [InlineData("tf32")]
    [InlineData("fp16")]
    public void What_only_a_GPU_computes_in_is_refused_on_a_CPU(string precision)
    {
        var refused = Assert.Throws<SegTrainException>(() => ShortRun.Epochs($"train.precision={precision}"));
        Assert.Equal(ExitCode.Device, refused.Code);
        Assert.Contains($"train.precision: {precision} is for CUDA devices", refused.Message, StringComparison.Ordinal);
    }

    private static SegmentationNet Net(ModelConfig config, ScalarType activations) => new(config, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f], 2, CPU, seed: 5) { Activations = activations };

    private static (float[] Logits, float[] Gradients) Trained(ModelConfig config, ScalarType activations, Tensor images)
    {
        using var net = Net(config, activations);
        var logits = net.Train(images, step: 0)[0];
        (logits * Uniform(4, logits.shape)).sum().backward();
        return (Numbers(logits), Numbers(net.Parameters.Gradients));
    }

    /// <summary>|a - b| / |a|.</summary>
    private static double Distance(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b).Sum(static pair => Math.Pow(pair.First - pair.Second, 2)) / a.Sum(static x => (double)x * x));
}
