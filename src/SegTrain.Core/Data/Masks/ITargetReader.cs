using SegTrain.Core.Data.Layout;

namespace SegTrain.Core.Data.Masks;

/// <summary>From mask files to a sample's target.</summary>
internal interface ITargetReader
{
    /// <summary>A class index, a number of <see cref="ClassList.Combinations"/> or <see cref="ClassList.Ignore"/> for each pixel.</summary>
    /// <param name="pair">The files.</param>
    /// <param name="width">Pixels in a row of the target: masks are resized to it, each pixel taking the nearest.</param>
    /// <param name="height">Rows of the target.</param>
    /// <exception cref="SegTrainException">The files changed after the start.</exception>
    byte[] Read(CheckedPair pair, int width, int height);

    /// <summary>How many pixels of each index the target has.</summary>
    /// <exception cref="SegTrainException">A file does not decode.</exception>
    MaskScan Scan(CheckedPair pair);
}
