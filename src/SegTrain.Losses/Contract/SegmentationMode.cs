namespace SegTrain.Losses;

/// <summary>How the channels of a network's output are to be read.</summary>
public enum SegmentationMode
{
    /// <summary>One channel: the logit of the foreground. Probabilities by the sigmoid.</summary>
    Binary,

    /// <summary>One channel a label, each on or off by itself. Probabilities by the sigmoid.</summary>
    Multilabel,

    /// <summary>One channel a class, exactly one class a pixel. Probabilities by the softmax over the channels.</summary>
    Multiclass,
}
