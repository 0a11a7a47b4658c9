namespace SegTrain.Core.Data.Masks.Encodings;

/// <summary>Black and white that went through JPEG: levels around 0 and 255, few between. Other files of the set hold 0 and 255 alone.</summary>
internal static class LossyTwoValued
{
    private const int Near = 64;

    public static FoundClasses? Recognise(FoundValues values)
    {
        if (!values.HasJpeg || !values.IsGrey || values.Items.Any(static item => item.Value > 255 || (item.Lossless && item.Value is not (0 or 255))))
            return null;
        var dark = values.Items.Where(static item => item.Value < Near).Sum(static item => item.Pixels);
        var light = values.Items.Where(static item => item.Value > 255 - Near).Sum(static item => item.Pixels);
        var between = values.Pixels - dark - light;
        return dark > 0 && light > 0 && between < 0.1 * Math.Min(dark, light)
            ? new(
                [FoundClasses.Named(0, 2, "0-127"), FoundClasses.Named(1, 2, "128-255")],
                [],
                $"JPEG files with values around 0 and 255, {100.0 * between / values.Pixels:0.##} % between; cut at 128")
            : null;
    }
}
