using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment;

internal delegate SampleView Augmentation(SampleView view, AugmentConfig config, ref CounterRandom random);

/// <param name="Name">Its key in the configuration.</param>
/// <param name="IsEnabled">Whether the configuration asks for it.</param>
/// <param name="Apply">Draws what it needs and returns image and mask changed alike.</param>
internal sealed record AugmentationRow(string Name, Func<AugmentConfig, bool> IsEnabled, Augmentation Apply);

/// <summary>Every augmentation, in the order of application. A new one is a file beside this and a row here.</summary>
internal static class AugmentationTable
{
    // The crop comes last: it gives all images their common size, whichever way they were turned.
    public static readonly IReadOnlyList<AugmentationRow> Rows = [QuarterTurn.Row, Flip.Horizontal, Flip.Vertical, Crop.Row];

    public static SampleView Apply(SampleView view, AugmentConfig config, ref CounterRandom random)
    {
        foreach (var row in Rows)
        {
            if (row.IsEnabled(config))
                view = row.Apply(view, config, ref random);
        }

        return view;
    }
}
