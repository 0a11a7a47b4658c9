namespace SegTrain.Core.Data.Masks.Encodings;

/// <summary>Grey levels of 8 or 16 bits, each a class. The highest possible one beside small ones is the void of many sets.</summary>
internal static class ClassIndex
{
    public static FoundClasses? Recognise(FoundValues values)
    {
        if (!values.IsGrey || !values.AreClasses)
            return null;
        var levels = values.Items.Select(static item => item.Value).ToList();
        var ignores = levels.Count > 2 && levels[^1] is 255 or 65535 && levels[^2] < 2 * levels.Count;
        string[] ignored = ignores ? [MaskValue.Text(levels[^1])] : [];
        if (ignores)
            levels.RemoveAt(levels.Count - 1);
        return FoundClasses.Of(levels, ignored, $"{levels.Count} grey levels from {levels[0]} to {levels[^1]}{(ignores ? $"; {ignored[0]} beside them is ignored" : "")}");
    }
}
