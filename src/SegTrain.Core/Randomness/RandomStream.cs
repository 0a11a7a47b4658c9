namespace SegTrain.Core.Randomness;

/// <summary>What a random number is for. Streams never share numbers, so a new use cannot disturb an old one.</summary>
internal enum RandomStream
{
    Split = 1,
    Shuffle = 2,
    Augment = 3,
    Synthetic = 4,
    Dropout = 5,
    Mix = 6,
    Mixup = 7,
    Calibration = 8,
}
