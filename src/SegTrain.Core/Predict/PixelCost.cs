using SegTrain.Core.Models;
using SegTrain.Core.Trained;

namespace SegTrain.Core.Predict;

/// <summary>About how much memory inference takes a pixel, so that a budget can be kept without trying.</summary>
internal static class PixelCost
{
    // Maps of the first level that live at once on the way down and up again: what is read, what is written, and the skip.
    private const int Maps = 8;

    // Image, normalised image, logits, probabilities, and what a softmax takes in between.
    private const int ChannelCopies = 3;
    private const int PlaneCopies = 5;

    /// <returns>Bytes of float32.</returns>
    public static long Of(ModelConfig config, ModelCard card)
    {
        // A triangle of nodes keeps a row of them where a U-Net keeps one skip.
        var maps = config.Architecture == "unet" ? Maps : Maps + (2 * config.Shape.Depth);
        return sizeof(float) * ((maps * config.Shape.Width / (config.Patch * config.Patch)) + (ChannelCopies * card.Channels) + (PlaneCopies * card.Outputs));
    }
}
