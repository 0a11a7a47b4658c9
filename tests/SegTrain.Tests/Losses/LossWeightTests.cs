using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>Weights that change over the epochs.</summary>
public sealed class LossWeightTests
{
    [Theory]
    // A quarter of the way from 1 to 0; (1 + cos(pi/4)) / 2 = 0.5 + 0.5 * 0.7071.
    [InlineData("linear(1, 0, epochs=20)", 0, 1)]
    [InlineData("linear(1, 0, epochs=20)", 5, 0.75)]
    [InlineData("linear(1, 0, epochs=20)", 20, 0)]
    [InlineData("linear(1, 0, epochs=20)", 1000, 0)]
    [InlineData("linear(0.2, 0.6, epochs=4)", 3, 0.5)]
    [InlineData("cosine(1, 0, epochs=20)", 5, 0.8535533905932737)]
    [InlineData("cosine(1, 0.01, epochs=20)", 20, 0.01)]
    [InlineData("cosine(0, 3, epochs=6)", 2, 0.75)]
    [InlineData("step(2, 0.1, epochs=3)", 2, 2)]
    [InlineData("step(2, 0.1, epochs=3)", 3, 0.1)]
    [InlineData("0.3", 7, 0.3)]
    public void Is_what_a_hand_computes(string weight, int epoch, double value) =>
        Assert.Equal(value, LossExpression.Parse($"{weight}*dice + bce").Terms[0].Weight.At(epoch), 1e-15);

    [Theory]
    [InlineData(0, 1.0, 0.5)]
    [InlineData(1, 0.75, 0.5)]
    [InlineData(4, 0.0, 0.5)]
    [InlineData(5, 0.0, 0.5)]
    public void A_loss_takes_the_weights_of_its_epoch(int epoch, double ofBce, double ofDice)
    {
        // Logits (0, 0), target (1, 0): bce is ln 2, dice 0.5.
        var loss = LossExpression.Parse("linear(1, 0, epochs=4)*bce + 0.5*dice").Build(new LossTask(SegmentationMode.Binary, 2));
        using var scope = NewDisposeScope();
        var logits = zeros([1, 1, 1, 2], float64);
        var value = loss.Compute(logits, tensor((long[])[1, 0], [1, 1, 2], ScalarType.Byte), epoch).item<double>();
        Assert.Equal(ofBce * Math.Log(2) + ofDice * 0.5, value, 1e-12);
    }

    [Fact]
    public void No_schedule_has_the_name_of_a_loss()
    {
        Assert.NotEmpty(WeightSchedule.All);
        Assert.All(WeightSchedule.All, schedule => Assert.Null(LossCatalog.Find(schedule.Name)));
        Assert.All(WeightSchedule.All, schedule => Assert.Equal((0, 1, 1), (schedule.ShareAt(0), schedule.ShareAt(1), schedule.ShareAt(2))));
    }
}
