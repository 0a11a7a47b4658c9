using static SegTrain.Tests.Core.Models.NetFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

public sealed class InferenceTests
{
    public static TheoryData<string, string, bool> Nets => NetFixture.Nets;

    /// <summary>Frozen norms go by known statistics in training too, but as a layer of their own; in inference they are a part of the convolution.</summary>
    [Theory]
    [MemberData(nameof(Nets))]
    public void Logits_are_those_of_training_by_known_statistics(string architecture, string block, bool attention)
    {
        using var scope = NewDisposeScope();
        using var net = Net(Of(architecture, block, attention));
        var frozen = net.Parameters.Trained.Select(static parameter => parameter.Name).Where(static name => name != "head.weight");
        using var still = Net(Of(architecture, block, attention) with { Freeze = [.. frozen] });
        using (no_grad())
        {
            foreach (var (index, parameter) in still.Parameters.All.Index().Where(static one => one.Item.Name.Contains("norm")))
            {
                // Variances are above 0, and so may all be.
                parameter.Value.copy_(Uniform(index, parameter.Shape) + 0.25);
            }
        }
        var images = Uniform(3, 2, 3, 13, 18);
        var (trained, inferred) = (Numbers(still.Train(images, step: 0)[0]), Numbers(still.Infer(images)));
        var size = trained.Max(Math.Abs);
        Assert.True(size > 0.1);
        Assert.All(trained.Zip(inferred), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * size));
    }
}
