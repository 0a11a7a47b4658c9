using SegTrain.Core.Training;

namespace SegTrain.Tests.Core.Training;

[Collection(nameof(Support.Seeded))]
public sealed class StepPartTests
{
    /// <summary>Five batches, two a step: 4 + 4, then 4 + 2, and the last alone.</summary>
    [Fact]
    public void The_last_step_may_have_fewer_batches() => Assert.Equal(
        [new(1 / 2.0, false), new(1 / 2.0, true), new(4 / 6.0, false), new(2 / 6.0, true), new(1, true)], StepPart.Of([4, 4, 4, 2, 3], accumulate: 2));

    /// <summary>
    /// 22 images are 4 + 4, 4 + 4, 4 + 2 or 8, 8, 6. The loss is a mean over pixels and no norm goes over images, so that only the order of
    /// additions differs, by parts in 1e7 of float32, which nine steps do not raise to 1e-4.
    /// </summary>
    [Fact]
    public void Two_batches_of_four_are_a_batch_of_eight()
    {
        string[] keys = ["data.synthetic.train=22", "model.norm=instance", "loss=ce", "optimizer.name=sgd"];
        var (parts, wholes) = (ShortRun.Epochs([.. keys, "train.accumulate=2"]), ShortRun.Epochs([.. keys, "train.batch_size=8"]));
        Assert.All(parts.Zip(wholes), static pair =>
        {
            Assert.Equal(1, pair.First["train.loss"] / pair.Second["train.loss"], 1e-4);
            Assert.Equal(1, pair.First["val.loss"] / pair.Second["val.loss"], 1e-4);
        });
        Assert.True(wholes[^1]["train.loss"] < 0.99 * wholes[0]["train.loss"]);
    }
}
