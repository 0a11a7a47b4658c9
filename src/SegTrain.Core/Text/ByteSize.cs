using System.Globalization;

namespace SegTrain.Core.Text;

/// <summary>Amounts of memory as people write them.</summary>
internal static class ByteSize
{
    /// <summary>What <see cref="Parse"/> takes: '500MB', '1.5 GB', '2GiB', '1000000'.</summary>
    public const string Pattern = @"[0-9]{1,6}(\.[0-9]{1,3})? ?([kKMGT]i?B|B)|[0-9]{1,15}";

    private static readonly (string Unit, double Bytes)[] Units =
        [("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1L << 40), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12), ("b", 1), ("", 1)];

    /// <param name="text">Of the form of <see cref="Pattern"/>.</param>
    /// <example><c>Parse("1.5 GB")</c> is 1500000000.</example>
    public static long Parse(string text)
    {
        var lower = text.ToLowerInvariant();
        var (unit, bytes) = Units.First(unit => lower.EndsWith(unit.Unit, StringComparison.Ordinal));
        return (long)(double.Parse(lower[..^unit.Length], CultureInfo.InvariantCulture) * bytes);
    }

    /// <example><c>Text(1_530_000_000)</c> is "1.53 GB".</example>
    public static string Text(long bytes) => bytes switch
    {
        < 1_000_000 => $"{(bytes + 999) / 1000} kB",
        < 1_000_000_000 => $"{Number(bytes / 1e6)} MB",
        _ => $"{Number(bytes / 1e9)} GB",
    };

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
