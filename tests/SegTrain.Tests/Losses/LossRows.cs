using SegTrain.Losses;

namespace SegTrain.Tests.Losses;

/// <summary>Every row of the catalog with every mode that it works in, by name alone.</summary>
public sealed class LossRows : TheoryData<string, SegmentationMode>
{
    public LossRows()
    {
        foreach (var loss in LossCatalog.All)
        {
            foreach (var mode in loss.Modes) Add(loss.Name, mode);
        }
        Assert.True(LossCatalog.All.Count >= 39, "the catalog has lost its rows");
        Assert.True(Count > 1.9 * LossCatalog.All.Count, "the losses have lost their modes");
    }
}
