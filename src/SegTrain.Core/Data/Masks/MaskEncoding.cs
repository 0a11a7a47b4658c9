using SegTrain.Core.Data.Masks.Encodings;

namespace SegTrain.Core.Data.Masks;

/// <summary>What an encoding makes of the values of a set.</summary>
/// <param name="Classes">In the order of their index.</param>
/// <param name="Ignored">Values of no class, to be left out.</param>
/// <param name="Reason">What was seen, for people.</param>
internal sealed record FoundClasses(IReadOnlyList<ClassConfig> Classes, IReadOnlyList<string> Ignored, string Reason)
{
    /// <summary>A class a value, named by its number; of two the first is the background.</summary>
    public static FoundClasses Of(IEnumerable<int> values, IReadOnlyList<string> ignored, string reason)
    {
        var texts = values.Select(MaskValue.Text).ToList();
        return new([.. texts.Select((text, i) => Named(i, texts.Count, text))], ignored, reason);
    }

    public static ClassConfig Named(int index, int count, string value) =>
        new() { Name = count > 2 ? $"class {index}" : index == 0 ? "background" : "foreground", Value = value };
}

/// <summary>A way in which people write classes into mask files.</summary>
/// <param name="Name">For people.</param>
/// <param name="Recognise">The classes, or null where the values do not show this encoding beyond doubt.</param>
internal sealed record MaskEncoding(string Name, Func<FoundValues, FoundClasses?> Recognise)
{
    /// <summary>The first that recognises the values is taken.</summary>
    public static readonly IReadOnlyList<MaskEncoding> All =
    [
        new("two-valued", TwoValued.Recognise),
        new("two-valued through JPEG", LossyTwoValued.Recognise),
        new("VOC palette", VocPalette.Recognise),
        new("class index", ClassIndex.Recognise),
        new("colours", ColorCode.Recognise),
    ];
}
