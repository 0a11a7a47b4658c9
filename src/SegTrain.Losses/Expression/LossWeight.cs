namespace SegTrain.Losses;

/// <summary>The factor of a summand: a number, or one that changes over the epochs.</summary>
/// <param name="From">Its value in the first epoch, 0 and up.</param>
/// <param name="To">Its value after <paramref name="Epochs"/> epochs and from then on, 0 and up.</param>
/// <param name="Epochs">How long it takes, at least 1.</param>
/// <param name="Schedule">How it goes; null when it never changes.</param>
public sealed record LossWeight(double From, double To, int Epochs, WeightSchedule? Schedule)
{
    /// <summary>A weight that never changes.</summary>
    /// <param name="value">Its value, above 0.</param>
    /// <returns>The weight.</returns>
    public static LossWeight Constant(double value) => new(value, value, 1, null);

    /// <summary>Its value in an epoch.</summary>
    /// <param name="epoch">How many epochs are finished, from 0.</param>
    /// <returns>The value, 0 and up.</returns>
    /// <example>
    /// <c>linear(1, 0, epochs=20)</c> is 1 in epoch 0, 0.75 in epoch 5 and 0 from epoch 20 on; cosine there is (1 + cos(pi/4)) / 2 = 0.8536
    /// in epoch 5, and step is 1 up to epoch 19.
    /// </example>
    public double At(int epoch)
    {
        if (Schedule is null) return From;
        var share = Schedule.ShareAt((double)epoch / Epochs);
        return From * (1 - share) + To * share;
    }

    /// <summary>The weight as it is written.</summary>
    /// <returns>Such as <c>0.5</c> or <c>linear(1, 0, epochs=20)</c>.</returns>
    public override string ToString() => Schedule is null
        ? NumberList.Text(From)
        : $"{Schedule.Name}({NumberList.Text(From)}, {NumberList.Text(To)}, epochs={Epochs})";
}
