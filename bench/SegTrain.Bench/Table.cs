namespace SegTrain.Bench;

internal static class Table
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Median with the smallest and largest in brackets.</summary>
    public static string Spread(IReadOnlyList<double> values, string format) =>
        $"{Median(values).ToString(format)} [{values.Min().ToString(format)}-{values.Max().ToString(format)}]";
}
