namespace SegTrain.Losses;

/// <summary>What a loss must know of the task before it sees the first batch.</summary>
public sealed record LossTask
{
    /// <summary>Describes a task.</summary>
    /// <param name="mode">How the channels of the logits are to be read.</param>
    /// <param name="classes">
    /// Number of classes; multiclass: at least 2, the background counted; multilabel: the number of labels, at least 1;
    /// binary: 2, for which 1 is accepted.
    /// </param>
    /// <param name="ignoreIndex">Target value of the pixels that do not count; null when every pixel counts.</param>
    /// <exception cref="LossException">The number of classes does not fit the mode.</exception>
    public LossTask(SegmentationMode mode, int classes, long? ignoreIndex = 255)
    {
        var fits = mode switch
        {
            SegmentationMode.Binary => classes is 1 or 2,
            SegmentationMode.Multilabel => classes >= 1,
            _ => classes >= 2,
        };
        if (!fits)
        {
            throw new LossException(mode switch
            {
                SegmentationMode.Binary => $"a binary task has 2 classes, not {classes}: use the multiclass or the multilabel mode",
                SegmentationMode.Multilabel => $"a multilabel task has at least 1 label, not {classes}",
                _ => $"a multiclass task has at least 2 classes, not {classes}: the softmax of one channel is always 1; "
                    + "use the binary mode",
            });
        }
        (Mode, Classes, IgnoreIndex) = (mode, mode == SegmentationMode.Binary ? 2 : classes, ignoreIndex);
    }

    /// <summary>How the channels of the logits are to be read.</summary>
    public SegmentationMode Mode { get; }

    /// <summary>Number of classes, 2 in a binary task.</summary>
    public int Classes { get; }

    /// <summary>Target value of the pixels that do not count; null when every pixel counts.</summary>
    public long? IgnoreIndex { get; }

    /// <summary>
    /// Number of pixels of each class in the training masks, <see cref="Classes"/> of them; null when it is not known. Needed only for
    /// weights that follow from it, see <see cref="LossExpression.NeedsPixelCounts"/>.
    /// </summary>
    /// <exception cref="LossException">There is not one number for each class.</exception>
    public IReadOnlyList<long>? PixelCounts
    {
        get;
        init => field = value is null || value.Count == Classes
            ? value
            : throw new LossException($"{value.Count} counts of pixels for {Classes} classes: give one for each, in their order");
    }

    internal string ModeName => Mode.ToString().ToLowerInvariant();

    /// <summary>Number of channels of the logits: 1 in a binary task, else <see cref="Classes"/>.</summary>
    public int Channels => Mode == SegmentationMode.Binary ? 1 : Classes;
}
