namespace SegTrain.Core.Data.Masks;

/// <summary>The classes of a set whose configuration names none, from the values that stand in the masks.</summary>
internal static class ClassFinder
{
    /// <exception cref="SegTrainException">No encoding fits beyond doubt; the message holds what to put into the configuration.</exception>
    public static (string Encoding, FoundClasses Classes) Find(DataConfig config, ValueTable table)
    {
        IReadOnlyList<ValueRange> ignored = [.. config.Ignore.Select(ValueRange.Parse)];
        var values = FoundValues.In(table, ignored, config.Tolerance);
        if (values.Items.Count < 2 && values.Complete)
        {
            var what = values.Items.Count == 0 ? "every pixel is ignored" : $"every pixel has the value {MaskValue.Text(values.Items[0].Value)}";
            throw new SegTrainException(ExitCode.Data, $"In all {table.Masks} masks {what}; there is nothing to learn. See that the masks are the right files, or write data.classes.");
        }

        foreach (var encoding in MaskEncoding.All)
        {
            if (encoding.Recognise(values) is { } found)
                return (encoding.Name, config.Invert ? Inverted(found) : found);
        }

        throw EncodingAdvice.For(values, ignored);
    }

    private static FoundClasses Inverted(FoundClasses found)
    {
        if (found.Classes is not [var background, var foreground])
        {
            throw new SegTrainException(
                ExitCode.Data, $"data.invert turns two-valued masks round, but these have {found.Classes.Count} classes ({found.Reason}); write data.classes in the wanted order instead");
        }

        return found with
        {
            Classes = [background with { Value = foreground.Value }, foreground with { Value = background.Value }],
            Reason = found.Reason + ", inverted",
        };
    }
}
