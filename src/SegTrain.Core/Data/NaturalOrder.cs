namespace SegTrain.Core.Data;

/// <summary>Ordinal order in which runs of digits compare as numbers: 2.png comes before 10.png, on every file system.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var a = x.AsSpan();
        var b = y.AsSpan();
        while (a.Length > 0 && b.Length > 0)
        {
            var (digitsA, digitsB) = (LeadingDigits(a), LeadingDigits(b));
            var order = digitsA > 0 && digitsB > 0 ? CompareNumbers(a[..digitsA], b[..digitsB]) : a[0].CompareTo(b[0]);
            if (order != 0)
                return order;
            a = a[Math.Max(1, digitsA)..];
            b = b[Math.Max(1, digitsB)..];
        }

        // Equal as numbers (1 and 01): the plain order decides, so that the result is always the same.
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(x, y);
    }

    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
    }

    private static int LeadingDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length;
}
