namespace SegTrain.Losses;

/// <summary>The table of all losses.</summary>
public static class LossCatalog
{
    /// <summary>Every loss, in the order in which they are listed.</summary>
    public static IReadOnlyList<LossDefinition> All { get; } =
    [
        Dice.Definition,
        BceDice.Definition,
        Iou.Definition,
        Focal.Definition,
        Tversky.Definition,
        Lovasz.Definition,
        Combo.Definition,
        Bce.Definition,
        Ce.Definition,
        DiceSquared.Definition,
        LogCoshDice.Definition,
        GeneralizedDice.Definition,
        GeneralizedWassersteinDice.Definition,
        FocalTversky.Definition,
        Mcc.Definition,
        LovaszSigmoid.Definition,
        TopkCe.Definition,
        OhemCe.Definition,
        Nll.Definition,
        KlDiv.Definition,
        Mse.Definition,
        Mae.Definition,
        SoftCe.Definition,
        SoftMae.Definition,
        DiceFocal.Definition,
        DiceTopk.Definition,
        UnifiedFocal.Definition,
        ExpLog.Definition,
        Boundary.Definition,
        HausdorffDt.Definition,
        LogHausdorffDt.Definition,
        ClDice.Definition,
        DiceClDice.Definition,
        KaggleDice.Definition,
        KaggleBceDice.Definition,
        KaggleDiceMulticlass.Definition,
        KaggleDiceSquared.Definition,
        KaggleIou.Definition,
        KaggleFocal.Definition,
        KaggleFocalKeras.Definition,
        KaggleTversky.Definition,
        KaggleFocalTversky.Definition,
        KaggleLovasz.Definition,
        KaggleCombo.Definition,
    ];

    /// <summary>Finds a loss.</summary>
    /// <param name="name">Its name or an alias.</param>
    /// <returns>The loss; null when there is none of that name.</returns>
    public static LossDefinition? Find(string name) => All.FirstOrDefault(loss => loss.IsNamed(name));

    /// <summary>Finds a loss, or says which there are.</summary>
    /// <param name="name">Its name or an alias.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="LossException">There is none of that name; the message offers the nearest and lists all.</exception>
    public static LossDefinition Get(string name) => Find(name) ?? throw new LossException(Unknown(name));

    /// <summary>All names, in the order of the alphabet.</summary>
    internal static string Names => string.Join(", ", All.Select(loss => loss.Name).Order(StringComparer.Ordinal));

    internal static string Unknown(string name) =>
        $"unknown loss '{name}'{Nearest.Offer(name, All.SelectMany(loss => loss.Aliases.Prepend(loss.Name)).Concat(Schedules))} "
        + $"The losses are {Names}";

    private static IEnumerable<string> Schedules => WeightSchedule.All.Select(schedule => schedule.Name);
}
