using TorchSharp;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Boundary"/>.</summary>
public sealed record BoundarySettings : ShapeSettings
{
    /// <summary>Whether the value of the perfect prediction is subtracted; default true.</summary>
    [LossParameter("subtracts the value of the perfect prediction, which makes the smallest value 0 and changes no gradient; "
        + "false is the paper's form")]
    public bool Offset { get; init; } = true;
}

/// <summary>The probabilities against the signed distance to the boundary of the target.</summary>
public static class Boundary
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "boundary",
        Family = LossFamily.Boundary,
        Aliases = ["surface"],
        Summary = "each wrong pixel costs its distance to the boundary of the target",
        Formula = """
            boundary = mean over classes of mean over pixels of phi (p - t); of phi p with offset=false
            phi = d outside, 1 - d inside, 0 where the class has no pixel or all
            d = distance to the nearest pixel on the other side
            """,
        Values = "0 and up; any with offset=false",
        Paper = "Kervadec et al. 2018, Boundary loss for highly unbalanced segmentation, arXiv:1812.07032",
        Advice = "Thin or small regions beside a loss of regions, never alone: it has nothing to say of classes that are not there. Let its "
            + "weight grow while that of the other falls. Distances are counted in pixels, and made by the loader's threads.",
        Example = "linear(1, 0.01, epochs=20)*dice + linear(0.01, 1, epochs=20)*boundary",
        NeedsDistances = true,
        Defaults = new BoundarySettings(),
        Function = static (input, settings) => Compute(input, (BoundarySettings)settings),
    };

    /// <summary>
    /// The mean of f (p - t) over the pixels that count, then over the classes, then over the images; f p when offset is false. f is the
    /// distance d to the nearest pixel of the class outside it, 1 - d to the nearest pixel of another inside it, and 0 where the class has
    /// no pixel or all of them; p the sigmoid or the softmax of the logits. Distances are to pixels that count.
    /// </summary>
    /// <param name="input">The batch; a soft target belongs to the class from 0.5 on.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar from 0 (p = t); of any sign when offset is false.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// Kervadec et al. 2018, arXiv:1812.07032. The integral that the paper starts from has the term of the target; its loss leaves it out,
    /// being constant. As in the authors' maps, pixels inside that touch the boundary have 0.
    /// </remarks>
    /// <example>
    /// Binary logits (0, 0, 0), target (1, 0, 0): d = 1, 1, 2, f = 0, 1, 2, and the loss is (0 + 1 * 0.5 + 2 * 0.5) / 3 = 0.5.
    /// </example>
    public static torch.Tensor Compute(LossInput input, BoundarySettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var distances = input.Distances;
        var phi = distances.Plus(distances.lt(Zero).to(distances.dtype));
        var p = input.Probabilities;
        return settings.Means(input, (settings.Offset ? p - input.HardPlanes : p) * phi).mean();
    }
}
