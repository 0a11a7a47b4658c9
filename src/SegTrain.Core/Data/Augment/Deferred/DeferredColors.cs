using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Deferred;

/// <summary>
/// Makes the images of a batch on a device: what <see cref="PreparedSample.Write"/> does to one after the other is done here to all at once, by the same
/// arithmetic in the same order.
/// </summary>
internal static class DeferredColors
{
    /// <param name="images">Of one size and as many channels.</param>
    /// <param name="device">Where.</param>
    /// <returns>(N, channels, H, W), float32, 0 to 1, in the caller's dispose scope.</returns>
    public static Tensor Render(IReadOnlyList<DeferredImage> images, Device device)
    {
        using var scope = NewDisposeScope();
        var planes = empty([images.Count, images[0].Region.Image.Channels, images[0].Height, images[0].Width], float32, device);
        foreach (var alike in images.Index().GroupBy(static item => (item.Item.Region.Image.Bits, item.Item.Map.Taps.Length)))
            Place(planes, [.. alike.Select(static item => item.Index)], [.. alike.Select(static item => item.Item)]);
        for (var row = 0; row < images[0].Retouches.Count; row++)
            Retouch(planes, images, row);
        foreach (var (i, image) in images.Index())
        {
            if (image.Patch is var (patch, left, top))
                planes.narrow(0, i, 1).narrow(2, top, patch.Height).narrow(3, left, patch.Width).copy_(Render([patch], device));
        }

        return planes.MoveToOuterDisposeScope();
    }

    private static void Place(Tensor planes, long[] at, IReadOnlyList<DeferredImage> images)
    {
        using var scope = NewDisposeScope();
        planes.index_copy_(0, Upload.Of(at, planes.device), new DeferredPixels(images, planes.device).Read());
    }

    // Only the pictures for which the row was drawn take part.
    private static void Retouch(Tensor planes, IReadOnlyList<DeferredImage> images, int row)
    {
        var drawn = images.Index().Where(item => item.Item.Retouches[row].Drawn is not null).ToList();
        if (drawn.Count == 0)
            return;
        using var scope = NewDisposeScope();
        var at = Upload.Of((long[])[.. drawn.Select(static item => (long)item.Index)], planes.device);
        var colors = planes.narrow(1, 0, Math.Min(3, planes.shape[1]));
        var retouched = images[0].Retouches[row].Retouch.Apply(colors.index_select(0, at), [.. drawn.Select(item => item.Item.Retouches[row].Drawn!.Value)]);
        colors.index_copy_(0, at, retouched);
    }
}
