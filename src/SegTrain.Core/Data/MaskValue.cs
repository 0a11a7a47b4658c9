using SegTrain.Core.Images;

namespace SegTrain.Core.Data;

/// <summary>
/// What a mask pixel says, as one number: a grey level 0 to 65535, or <see cref="Color"/> plus 0xRRGGBB. Colours with equal parts are grey
/// levels, so that a black background is the same value in a grey file and in a colour file of one set.
/// </summary>
internal static class MaskValue
{
    public const int Color = 1 << 24;

    public static int At(PixelImage mask, int pixel)
    {
        var at = pixel * mask.Channels;
        if (mask.Bits == 8)
        {
            var bytes = mask.Samples;
            return mask.Channels == 1 ? bytes[at] : Of(bytes[at], bytes[at + 1], bytes[at + 2]);
        }

        var words = mask.Words;
        return mask.Channels == 1 || (words[at] == words[at + 1] && words[at] == words[at + 2])
            ? words[at] : Of(words[at] >> 8, words[at + 1] >> 8, words[at + 2] >> 8);
    }

    /// <summary>How many pixels from here on are the same. Masks consist of long runs, and comparing a row with itself shifted is vectorized.</summary>
    public static int Run(PixelImage mask, int pixel)
    {
        var size = mask.Channels * mask.Bits / 8;
        var rest = mask.Samples.AsSpan(pixel * size);
        return (rest.CommonPrefixLength(rest[size..]) / size) + 1;
    }

    public static int Of(int red, int green, int blue) => red == green && green == blue ? red : Color | (red << 16) | (green << 8) | blue;

    /// <summary>A grey level '17', a range '128-255' or a colour '#RRGGBB', as the first and the last value it covers.</summary>
    public static bool TryParse(string text, out (int First, int Last) range)
    {
        text = text.Trim();
        range = default;
        if (TryParseColor(text, out var rgb))
        {
            var key = Of(rgb >> 16, (rgb >> 8) & 255, rgb & 255);
            range = (key, key);
            return true;
        }

        var ends = text.Split('-', 2, StringSplitOptions.TrimEntries);
        if (!ushort.TryParse(ends[0], out var first) || !ushort.TryParse(ends[^1], out var last) || last < first)
            return false;
        range = (first, last);
        return true;
    }

    public static bool TryParseColor(string text, out int rgb)
    {
        rgb = 0;
        return text is ['#', .. { Length: 6 } digits]
            && int.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, null, out rgb);
    }

    public static string Text(int value) => value >= Color ? $"#{value - Color:X6}" : value.ToString();
}
