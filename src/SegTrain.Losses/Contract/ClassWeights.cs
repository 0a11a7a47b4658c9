namespace SegTrain.Losses;

/// <summary>How weights of the classes follow from their numbers of pixels n in the training masks; classes without pixels get 0.</summary>
public enum ClassBalance
{
    /// <summary>sum(n) / (C n_c) for C classes: all classes weigh the same in sum.</summary>
    Inverse,

    /// <summary>median(n) / n_c, the median over the classes with pixels. Eigen, Fergus 2014, arXiv:1411.4734.</summary>
    MedianFrequency,

    /// <summary>
    /// (1 - b) / (1 - b^n_c) with b = 0.9999, scaled to a mean of 1 over the classes with pixels; nearly flat above 1e5 pixels.
    /// Cui et al. 2019, arXiv:1901.05555.
    /// </summary>
    EffectiveNumber,
}

/// <summary>Weights of the classes: a list with one number for each, or a <see cref="ClassBalance"/> of the training masks.</summary>
public sealed record ClassWeights
{
    private const double Beta = 0.9999;

    private ClassWeights(NumberList? numbers, ClassBalance? balance) => (Numbers, Balance) = (numbers, balance);

    /// <summary>One weight for each class; null when they follow from the training masks.</summary>
    public NumberList? Numbers { get; }

    /// <summary>How they follow from the training masks; null when they are listed.</summary>
    public ClassBalance? Balance { get; }

    /// <summary>These weights.</summary>
    /// <param name="numbers">One for each class, 0 and up.</param>
    /// <returns>The weights.</returns>
    public static ClassWeights Of(NumberList numbers) => new(numbers, null);

    /// <summary>Weights from the training masks; the task must have <see cref="LossTask.PixelCounts"/>.</summary>
    /// <param name="balance">How.</param>
    /// <returns>The weights.</returns>
    public static ClassWeights Of(ClassBalance balance) => new(null, balance);

    /// <summary>The weights as numbers.</summary>
    /// <param name="task">The task, with counts of pixels where the weights need them.</param>
    /// <returns>One for each class.</returns>
    /// <exception cref="LossException">The weights follow from the training masks, and the task has no counts.</exception>
    /// <example>Counts 900 and 100: inverse gives 0.5556 and 5, median-frequency 0.5556 and 5.</example>
    public NumberList For(LossTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (Balance is not { } balance) return Numbers!;
        var counts = task.PixelCounts ?? throw new LossException(
            $"class_weights={this} follows from the pixels of each class in the training masks, which are not known here: "
            + "pass their counts with the task, or give a list");
        var present = counts.Where(count => count > 0).Select(count => (double)count).Order().ToArray();
        if (present.Length == 0) throw new LossException($"class_weights={this}: the training masks have no pixel of any class");
        Func<double, double> weight = balance switch
        {
            ClassBalance.Inverse => count => present.Sum() / (counts.Count * count),
            ClassBalance.MedianFrequency => count => Median(present) / count,
            _ => count => Rarity(count) / present.Average(Rarity),
        };
        return NumberList.Of([.. counts.Select(count => count == 0 ? 0 : weight(count))]);
    }

    /// <inheritdoc/>
    public override string ToString() => Numbers is { } numbers ? LossParameter.Text(numbers) : Word(Balance!.Value);

    /// <summary>A balance as it is written in an expression, such as <c>median-frequency</c>.</summary>
    internal static string Word(ClassBalance balance) => LossParameter.SnakeCase(balance.ToString()).Replace('_', '-');

    private static double Rarity(double count) => (1 - Beta) / (1 - Math.Pow(Beta, count));

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
