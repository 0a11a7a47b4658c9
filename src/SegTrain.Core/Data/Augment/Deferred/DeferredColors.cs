using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Deferred;

/// <summary>
/// Makes the images of a batch on a device: what <see cref="PreparedSample.Write"/> does to one after the other is done here to all at once, by the same
/// arithmetic in the same order.
/// </summary>
internal static class DeferredColors
{
    // Pixels for which memory is taken at once, some 300 bytes each; less than nets take.
    private const int MostPixels = 1 << 21;

    /// <param name="images">Of one size and as many channels.</param>
    /// <param name="device">Where.</param>
    /// <returns>(N, channels, H, W), float32, 0 to 1, in the caller's dispose scope.</returns>
    public static Tensor Render(IReadOnlyList<DeferredImage> images, Device device)
    {
        using var scope = NewDisposeScope();
        var planes = empty([images.Count, images[0].Region.Image.Channels, images[0].Height, images[0].Width], float32, device);
        var most = Math.Max(1, MostPixels / (images[0].Width * images[0].Height));
        foreach (var alike in images.Index().GroupBy(static item => (item.Item.Region.Image.Bits, item.Item.Map.Taps.Length)).SelectMany(alike => alike.Chunk(most)))
            Place(planes, alike);
        for (var row = 0; row < images[0].Retouches.Count; row++)
        {
            foreach (var drawn in images.Index().Where(item => item.Item.Retouches[row].Drawn is not null).Chunk(most))
                Retouch(planes, drawn, row);
        }

        foreach (var (i, image) in images.Index())
        {
            if (image.Patch is var (patch, left, top))
                planes.narrow(0, i, 1).narrow(2, top, patch.Height).narrow(3, left, patch.Width).copy_(Render([patch], device));
        }

        return planes.MoveToOuterDisposeScope();
    }

    private static void Place(Tensor planes, (int Index, DeferredImage Image)[] images)
    {
        using var scope = NewDisposeScope();
        var pixels = new DeferredPixels([.. images.Select(static item => item.Image)], planes.device);
        planes.index_copy_(0, Indices(images, planes.device), pixels.Read());
    }

    private static void Retouch(Tensor planes, (int Index, DeferredImage Image)[] images, int row)
    {
        using var scope = NewDisposeScope();
        var at = Indices(images, planes.device);
        var colors = planes.narrow(1, 0, Math.Min(3, planes.shape[1]));
        var retouch = images[0].Image.Retouches[row].Retouch;
        colors.index_copy_(0, at, retouch.Apply(colors.index_select(0, at), [.. images.Select(item => item.Image.Retouches[row].Drawn!.Value)]));
    }

    private static Tensor Indices((int Index, DeferredImage)[] images, Device device) => Upload.Of((long[])[.. images.Select(static item => (long)item.Index)], device);
}
