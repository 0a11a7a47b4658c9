namespace SegTrain.Core.Data;

/// <summary>Display colours that can be told apart.</summary>
internal static class ClassPalette
{
    // S. Trubetskoy: List of 20 simple, distinct colors, 2017; black goes first, to the background.
    private static readonly string[] Distinct =
    [
        "#000000", "#E6194B", "#3CB44B", "#FFE119", "#4363D8", "#F58231", "#911EB4", "#46F0F0", "#F032E6", "#BCF60C", "#FABEBE",
        "#008080", "#E6BEFF", "#9A6324", "#FFFAC8", "#800000", "#AAFFC3", "#808000", "#FFD8B1", "#000075", "#808080",
    ];

    public static string Of(int index)
    {
        if (index < Distinct.Length)
            return Distinct[index];

        // Steps of the golden ratio never come near an earlier hue.
        var hue = index * 0.618033988749895 % 1 * 6;
        var rising = (int)(255 * (1 - Math.Abs((hue % 2) - 1)));
        var (r, g, b) = (int)hue switch
        {
            0 => (255, rising, 0),
            1 => (rising, 255, 0),
            2 => (0, 255, rising),
            3 => (0, rising, 255),
            4 => (rising, 0, 255),
            _ => (255, 0, rising),
        };
        return $"#{r:X2}{g:X2}{b:X2}";
    }
}
