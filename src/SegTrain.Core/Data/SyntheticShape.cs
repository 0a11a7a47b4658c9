namespace SegTrain.Core.Data;

/// <summary>A kind of shape, centred at the origin and about as large as the unit circle.</summary>
/// <param name="Name">The name of its class.</param>
/// <param name="Area">Its area in those units.</param>
/// <param name="Contains">Whether a point lies in it.</param>
internal sealed record SyntheticShape(string Name, double Area, Func<double, double, bool> Contains)
{
    /// <summary>No shape reaches farther from its centre.</summary>
    public const double Reach = 1.15;

    public static readonly IReadOnlyList<SyntheticShape> All =
    [
        new("disc", Math.PI, static (x, y) => (x * x) + (y * y) <= 1),
        new("square", 2.56, static (x, y) => Math.Abs(x) <= 0.8 && Math.Abs(y) <= 0.8),
        new("triangle", 1.5 * 1.5 * Math.Sqrt(3) / 2, static (x, y) => y >= -0.5 && Math.Abs(x) * Math.Sqrt(3) <= 1 - y),
        new("ring", Math.PI * 0.75, static (x, y) => (x * x) + (y * y) is >= 0.25 and <= 1),
        new("cross", 1.76, static (x, y) => Math.Max(Math.Abs(x), Math.Abs(y)) <= 0.95 && Math.Min(Math.Abs(x), Math.Abs(y)) <= 0.27),
        new("bar", 1.2, static (x, y) => Math.Abs(x) <= 1 && Math.Abs(y) <= 0.3),
        new("diamond", 1.2, static (x, y) => Math.Abs(x) + (Math.Abs(y) / 0.6) <= 1),
    ];
}
