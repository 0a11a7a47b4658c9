using SegTrain.Core.Data.Augment.Pixels;
using SegTrain.Core.Data.Augment.Warps;

namespace SegTrain.Core.Data.Augment.Deferred;

/// <summary>An image that the device will make: from which pixels, and all that was drawn for it. The sample itself need not be kept.</summary>
internal sealed record DeferredImage : IDisposable
{
    private DeferredImage(PreparedSample prepared)
    {
        (Width, Height, Field, Retouches) = (prepared.Width, prepared.Height, prepared.Field, prepared.Retouches);
        Map = new PixelMap(prepared.View, prepared.Warp ?? Warp.None);
        Region = Region.Of(prepared.Sample.Image, Map, Field);
    }

    public int Width { get; }

    public int Height { get; }

    public PixelMap Map { get; }

    public ElasticField? Field { get; }

    public Region Region { get; }

    /// <inheritdoc cref="PreparedSample.Retouches"/>
    public IReadOnlyList<(IRetouch Retouch, Drawn? Drawn)> Retouches { get; }

    /// <summary>What is pasted over it in the end, and where; null for nothing.</summary>
    public (DeferredImage Image, int Left, int Top)? Patch { get; private init; }

    public static DeferredImage Of(PreparedSample prepared) => new(prepared)
    {
        Patch = prepared.Patch is { } patch ? (Of(patch.Part), patch.Left, patch.Top) : null,
    };

    public void Dispose()
    {
        Region.Dispose();
        Patch?.Image.Dispose();
    }
}
