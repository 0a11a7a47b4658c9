namespace SegTrain.Core.Data.Masks.Encodings;

/// <summary>Two values of any kind: 0 and 255, 0 and 1, 1-bit files, black and red.</summary>
internal static class TwoValued
{
    public static FoundClasses? Recognise(FoundValues values) => values is { Complete: true, Items: [var low, var high] }
        ? FoundClasses.Of([low.Value, high.Value], [], $"two values: {MaskValue.Text(low.Value)}, {MaskValue.Text(high.Value)}") : null;
}
