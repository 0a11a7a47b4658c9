namespace SegTrain.Core.Data.Masks.Encodings;

/// <summary>Each colour a class, in RGB files and in palette files, whose places say nothing.</summary>
internal static class ColorCode
{
    public static FoundClasses? Recognise(FoundValues values) => values.IsGrey || !values.AreClasses
        ? null : FoundClasses.Of(values.Items.Select(static item => item.Value), [], $"{values.Items.Count} colours; palette files are read by colour, not by place");
}
