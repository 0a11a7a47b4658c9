using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SegTrain.Losses;

/// <summary>
/// The centre lines of fuzzy regions, by operators that have gradients (Shit et al. 2021, arXiv:2003.07311, algorithm 1): what an opening
/// takes away is skeleton, of the region and of what repeated erosion leaves of it.
/// </summary>
internal static class SoftSkeleton
{
    /// <param name="planes">(N, C, H, W), 0 to 1.</param>
    /// <param name="erosions">How often the region is eroded: the radius of the widest, in pixels.</param>
    internal static Tensor Of(Tensor planes, int erosions)
    {
        var eroded = Eroded(planes);
        var skeleton = (planes - Dilated(eroded)).relu();
        for (var i = 0; i < erosions; i++)
        {
            var next = Eroded(eroded);
            var thin = (eroded - Dilated(next)).relu();
            skeleton = skeleton.Plus((thin - skeleton * thin).relu());
            eroded = next;
        }
        return skeleton;
    }

    /// <summary>The least of a pixel and its four neighbours.</summary>
    private static Tensor Eroded(Tensor planes)
    {
        var negative = -planes;
        return -max_pool2d(negative, (3, 1), (1, 1), (1, 0)).maximum(max_pool2d(negative, (1, 3), (1, 1), (0, 1)));
    }

    /// <summary>The largest of a pixel and its eight neighbours.</summary>
    private static Tensor Dilated(Tensor planes) => max_pool2d(planes, (3, 3), (1, 1), (1, 1));
}
