namespace SegTrain.Core.Data.Masks;

/// <summary>The mask values of a class as the configuration writes them: one, or the grey levels from first to last. See <see cref="MaskValue"/>.</summary>
internal readonly record struct ValueRange(int First, int Last)
{
    public bool Overlaps(ValueRange other) => First <= other.Last && other.First <= Last;

    /// <summary>How far the value is from the nearest one of the range, see <see cref="MaskValue.Distance"/>.</summary>
    public double Distance(int value) => MaskValue.Distance(value, Math.Clamp(MaskValue.Grey(value), First, Last));

    /// <param name="text">A grey level '17', a range '128-255' or a colour '#RRGGBB'.</param>
    /// <param name="range">What it covers.</param>
    public static bool TryParse(string text, out ValueRange range)
    {
        text = text.Trim();
        range = default;
        if (MaskValue.TryParseColor(text, out var rgb))
        {
            var value = MaskValue.Of(rgb >> 16, (rgb >> 8) & 255, rgb & 255);
            range = new(value, value);
            return true;
        }

        var ends = text.Split('-', 2, StringSplitOptions.TrimEntries);
        if (!ushort.TryParse(ends[0], out var first) || !ushort.TryParse(ends[^1], out var last) || last < first)
            return false;
        range = new(first, last);
        return true;
    }

    /// <exception cref="SegTrainException">The text is none of the three.</exception>
    public static ValueRange Parse(string text) =>
        TryParse(text, out var range) ? range : throw new SegTrainException(ExitCode.Config, $"'{text}' is no mask value");
}
