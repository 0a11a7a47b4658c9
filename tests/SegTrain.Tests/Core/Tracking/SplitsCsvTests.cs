using SegTrain.Tests.Core.Training;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Tracking;

public sealed class SplitsCsvTests
{
    [Fact]
    public void The_run_folder_says_which_pair_went_where()
    {
        using var folder = new TemporaryFolder();
        var (images, masks) = (folder.File("set/images"), folder.File("set/masks"));
        Directory.CreateDirectory(images);
        Directory.CreateDirectory(masks);
        foreach (var name in new[] { "a", "b", "c,d", "e" }) SmallPair.Write(images, masks, name);
        ShortRun.EpochsIn(
            folder.File("runs"), $"data.path={folder.File("set")}", "data.fold=1/4", "data.synthetic.classes=", "data.synthetic.train=", "data.synthetic.validation=",
            "data.synthetic.size=", "train.batch_size=1", "train.epochs=1", "train.name=run");
        var lines = File.ReadAllLines(folder.File("runs/run/splits.csv"));
        Assert.Equal("name,split", lines[0]);
        Assert.Equal(["\"c,d\"", "a", "b", "e"], lines.Skip(1).Select(static line => line[..line.LastIndexOf(',')]).Order(StringComparer.Ordinal));
        Assert.Equal(3, lines.Count(static line => line.EndsWith(",train", StringComparison.Ordinal)));
        Assert.Single(lines, static line => line.EndsWith(",val", StringComparison.Ordinal));
    }
}
