using System.Globalization;

namespace SegTrain.Core.Data.Masks.Encodings;

/// <summary>
/// The palette of Pascal VOC, which many tools write: the classes are its places, whatever order a file's own palette has, and the
/// border colour at its end is ignored.
/// </summary>
/// <remarks>M. Everingham et al.: The PASCAL Visual Object Classes Challenge 2012 (VOC2012) Development Kit, function VOClabelcolormap.</remarks>
internal static class VocPalette
{
    private const int Border = 255;

    private static readonly Dictionary<int, int> Places = Enumerable.Range(0, Border + 1).ToDictionary(ColorOf);

    public static FoundClasses? Recognise(FoundValues values)
    {
        if (!values.Complete || values.IsGrey || !values.Items.All(static item => Places.ContainsKey(item.Value)))
            return null;
        var places = values.Items.Select(static item => Places[item.Value]).Order().ToList();
        var ignores = places.Remove(Border);
        if (places.Count < 2)
            return null;
        string[] ignored = ignores ? [MaskValue.Text(ColorOf(Border))] : [];
        var classes = places.Select(place => new ClassConfig
        {
            Name = places.Count > 2 ? string.Create(CultureInfo.InvariantCulture, $"class {place}") : FoundClasses.Named(place == places[0] ? 0 : 1, 2, "").Name,
            Value = MaskValue.Text(ColorOf(place)),
        });
        return new([.. classes], ignored, $"{places.Count} colours, all of the palette of Pascal VOC{(ignores ? $"; its border {ignored[0]} is ignored" : "")}");
    }

    // The bits of the place, lowest first, go in turn to red, green and blue, and there from the highest bit down.
    private static int ColorOf(int place)
    {
        var color = new int[3];
        for (var bit = 0; bit < 8; bit++)
            color[bit % 3] |= ((place >> bit) & 1) << (7 - (bit / 3));
        return MaskValue.Of(color[0], color[1], color[2]);
    }
}
