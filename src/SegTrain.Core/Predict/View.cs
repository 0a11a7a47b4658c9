using static TorchSharp.torch;

namespace SegTrain.Core.Predict;

/// <summary>Which views of an image a net is asked about; probabilities are the mean over them.</summary>
internal enum Tta
{
    /// <summary>The image alone.</summary>
    None,

    /// <summary>And mirrored along each side and both: 4 views.</summary>
    Flips,

    /// <summary>And each of these turned on its side: 8 views.</summary>
    Turns,
}

/// <summary>An image seen otherwise, without a pixel lost, and what is said of it turned back: test-time augmentation.</summary>
/// <param name="IsTurned">Rows and columns exchanged.</param>
/// <param name="Mirrored">The dimensions of (N, C, H, W) that run backwards after that.</param>
internal sealed record View(bool IsTurned, long[] Mirrored)
{
    private static readonly long[][] s_mirrors = [[], [3], [2], [2, 3]];

    public static IReadOnlyList<View> Of(Tta which) =>
    [
        .. from turned in (bool[])(which == Tta.Turns ? [false, true] : [false])
           from mirrored in which == Tta.None ? s_mirrors[..1] : s_mirrors
           select new View(turned, mirrored),
    ];

    /// <param name="x">(N, C, H, W).</param>
    /// <returns>In the caller's dispose scope.</returns>
    public Tensor Apply(Tensor x) => Flipped(Turned(x));

    /// <inheritdoc cref="Apply"/>
    public Tensor Undo(Tensor x) => Turned(Flipped(x));

    private Tensor Flipped(Tensor x) => Mirrored is [] ? x : x.flip(Mirrored);

    // Its own inverse.
    private Tensor Turned(Tensor x) => IsTurned ? x.transpose(2, 3).contiguous() : x;
}
