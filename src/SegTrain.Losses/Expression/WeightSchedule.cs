namespace SegTrain.Losses;

/// <summary>A way for a weight to go from one value to another over the epochs.</summary>
public sealed class WeightSchedule
{
    private readonly Func<double, double> _share;

    private WeightSchedule(string name, string summary, Func<double, double> share) => (Name, Summary, _share) = (name, summary, share);

    /// <summary>The table of all schedules.</summary>
    public static IReadOnlyList<WeightSchedule> All { get; } =
    [
        new("linear", "in equal steps from the first weight, in the first epoch, to the second, after that many epochs",
            static progress => Math.Min(progress, 1)),
        new("cosine", "as linear, but slow at both ends: half a period of a cosine",
            static progress => (1 - Math.Cos(Math.PI * Math.Min(progress, 1))) / 2),
        new("step", "the first weight for that many epochs, then the second",
            static progress => progress < 1 ? 0 : 1),
    ];

    /// <summary>Its name in an expression, such as <c>linear(1, 0, epochs=20)*ce</c>.</summary>
    public string Name { get; }

    /// <summary>How it goes, in one line.</summary>
    public string Summary { get; }

    internal static string Names => string.Join(", ", All.Select(schedule => schedule.Name));

    internal static WeightSchedule? Find(string name) =>
        All.FirstOrDefault(schedule => schedule.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>How much of the way is done.</summary>
    /// <param name="progress">Finished epochs over the epochs of the schedule, from 0.</param>
    /// <returns>0 to 1.</returns>
    public double ShareAt(double progress) => _share(progress);
}
