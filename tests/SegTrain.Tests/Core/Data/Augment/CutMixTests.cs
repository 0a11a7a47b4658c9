using SegTrain.Core.Data;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Data.Augment;

public sealed class CutMixTests
{
    [Fact]
    public void A_rectangle_of_another_sample_is_pasted_image_and_classes_alike()
    {
        var areas = new List<int>();
        for (var item = 0; item < 400; item++)
        {
            var (planes, target) = Write(new() { Preset = AugmentPreset.None, Cutmix = 1 }, item, epoch: 2);
            var pasted = Enumerable.Range(0, target.Length).Where(i => target[i] / 100 != item % 2).ToList();
            areas.Add(pasted.Count);

            // Sample k has the classes 100 k + x, and the same red, and y as green.
            Assert.All(Enumerable.Range(0, target.Length), i => Assert.Equal((target[i] / 255f, (i / 12) / 255f), (planes[i], planes[target.Length + i])));
            Assert.All(target.Index(), static cell => Assert.Equal(cell.Index % 12, cell.Item % 100));
            if (pasted.Count > 0)
                Assert.Equal(pasted.Count, ((pasted[^1] % 12) - (pasted[0] % 12) + 1) * ((pasted[^1] / 12) - (pasted[0] / 12) + 1));
        }

        // Half of the partners are the sample itself; else the area is uniform, rounded up to whole pixels.
        Assert.InRange(areas.Count(static area => area == 0), 160, 240);
        Assert.InRange(areas.Where(static area => area > 0).Average(), 0.5 * 120, 0.65 * 120);
        Assert.InRange(areas.Max(), 110, 120);
    }

    [Fact]
    public void It_is_as_frequent_as_asked()
    {
        var pasted = Enumerable.Range(0, 1000).Count(item => Write(new() { Preset = AugmentPreset.None, Cutmix = 0.4 }, item, epoch: 0).Target.Any(value => value / 100 != item % 2));
        Assert.InRange(pasted, 150, 250);
    }

    [Fact]
    public void The_part_is_augmented_apart()
    {
        var seen = Enumerable.Range(0, 400).Select(static item => Write(new() { FlipHorizontal = true, Cutmix = 1 }, item, epoch: 0).Target)
            .Select(static target => (Flips(target, 0), Flips(target, 1))).ToHashSet();
        Assert.Superset(new HashSet<(int, int)> { (-1, 1), (1, -1), (1, 1), (-1, -1) }, seen);

        // 1 where the classes of a sample rise along a row, -1 where they fall, 0 where there is nothing of it.
        static int Flips(byte[] target, int sample) => Enumerable.Range(1, 119).Where(i => i % 12 > 0 && target[i] / 100 == sample && target[i - 1] / 100 == sample)
            .Select(i => target[i] - target[i - 1]).FirstOrDefault();
    }

    private static (float[] Planes, byte[] Target) Write(AugmentConfig config, int item, int epoch)
    {
        var source = new Two();
        var plan = new TrainingPlan(source, config, 4, 1000, seed: 3);
        var prepared = plan.Prepare(source.Load(plan.Sample(item)), epoch, item);
        var (planes, target) = (new float[3 * 120], new byte[120]);
        prepared.Write(planes, target);
        return (planes, target);
    }

    private sealed class Two : ISampleSource
    {
        public int Count => 2;

        public string Name(int index) => index.ToString();

        public (int Width, int Height) Size(int index) => (12, 10);

        public Sample Load(int index)
        {
            var target = Enumerable.Range(0, 120).Select(i => (byte)((100 * index) + (i % 12))).ToArray();
            return new(new PixelImage(12, 10, 3, 8, [.. target.Index().SelectMany(static cell => new byte[] { cell.Item, (byte)(cell.Index / 12), 0 })]), target);
        }
    }
}
