using SegTrain.Core.Images;

namespace SegTrain.Core.Data.Masks;

/// <param name="Value">See <see cref="MaskValue"/>.</param>
/// <param name="Count">Pixels with the value.</param>
/// <param name="First">The first of them, counted from the top left.</param>
internal readonly record struct ValueCount(int Value, int Count, int First);

/// <summary>
/// What a mask pixel says, as one number: a grey level 0 to 65535, or <see cref="Color"/> plus 0xRRGGBB. Colours with equal parts are grey
/// levels, so that a black background is the same value in a grey file and in a colour file of one set. Palettes are looked up before,
/// so that files whose palettes differ in order agree.
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

    /// <summary>The whole mask as runs of one value.</summary>
    public static IEnumerable<ValueCount> Runs(PixelImage mask)
    {
        for (int start = 0, length; start < mask.Width * mask.Height; start += length)
        {
            length = Run(mask, start);
            yield return new(At(mask, start), length, start);
        }
    }

    public static int Of(int red, int green, int blue) => red == green && green == blue ? red : Color | (red << 16) | (green << 8) | blue;

    /// <summary>
    /// The root of the mean squared difference of red, green and blue, 0 to 255; of two grey levels it is their difference.
    /// Levels above 255 are near grey levels only.
    /// </summary>
    public static double Distance(int a, int b)
    {
        if (a < Color && b < Color)
            return Math.Abs(a - b);
        if (a is > 255 and < Color || b is > 255 and < Color)
            return double.PositiveInfinity;
        var (x, y) = (Parts(a), Parts(b));
        var (red, green, blue) = (x.Red - y.Red, x.Green - y.Green, x.Blue - y.Blue);
        return Math.Sqrt(((red * red) + (green * green) + (blue * blue)) / 3.0);
    }

    /// <summary>The grey level nearest to the value.</summary>
    public static int Grey(int value) => value < Color ? value : (Parts(value).Red + Parts(value).Green + Parts(value).Blue + 1) / 3;

    public static (int Red, int Green, int Blue) Parts(int value) =>
        value < Color ? (value, value, value) : ((value >> 16) & 255, (value >> 8) & 255, value & 255);

    public static bool TryParseColor(string text, out int rgb)
    {
        rgb = 0;
        return text is ['#', .. { Length: 6 } digits]
            && int.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, null, out rgb);
    }

    public static string Text(int value) => value >= Color ? $"#{value - Color:X6}" : value.ToString();
}
