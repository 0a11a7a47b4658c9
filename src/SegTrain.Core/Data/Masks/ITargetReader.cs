using SegTrain.Core.Data.Layout;

namespace SegTrain.Core.Data.Masks;

/// <summary>From mask files to a sample's target.</summary>
internal interface ITargetReader
{
    /// <summary>A class index, a number of <see cref="ClassList.Combinations"/> or <see cref="ClassList.Ignore"/> for each pixel.</summary>
    /// <exception cref="SegTrainException">The files changed after the start.</exception>
    byte[] Read(CheckedPair pair);

    /// <summary>How many pixels of each index the target has.</summary>
    /// <exception cref="SegTrainException">A file does not decode.</exception>
    MaskScan Scan(CheckedPair pair);
}
