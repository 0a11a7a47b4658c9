using SegTrain.Core.Data.Augment.Warps;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Deferred;

/// <summary>
/// The pixels of images of one size, of as many bits and taps, before their colours are changed: <see cref="WarpedView"/> for all of them at once.
/// Its tensors are the caller's dispose scope's.
/// </summary>
internal sealed class DeferredPixels
{
    private readonly IReadOnlyList<DeferredImage> _images;
    private readonly Device _device;

    // All regions one after the other, a row a pixel: floating-point samples, or the bytes of others.
    private readonly Tensor _pixels;

    public DeferredPixels(IReadOnlyList<DeferredImage> images, Device device)
    {
        (_images, _device) = (images, device);
        _pixels = cat([.. images.Select(image => image.Region.To(device))]);
    }

    /// <returns>(N, channels, H, W), float32, 0 to 1, but floating point as it is.</returns>
    public Tensor Read()
    {
        var (x, y) = Places();
        var last = _images.Floats(_device, static image => [image.Region.Image.Width - 1, image.Region.Image.Height - 1]);
        var inside = x.ge(Num(-0.5)) * (last[0] + Num(0.5)).gt(x) * y.ge(Num(-0.5)) * (last[1] + Num(0.5)).gt(y);
        var taps = _images[0].Map.Taps.Length;
        var shifts = _images.Floats(_device, static image => [.. image.Map.Taps.SelectMany(static tap => new[] { tap.X, tap.Y })]);
        var sum = Enumerable.Range(0, taps)
            .Select(tap => Bilinear(x.Plus(shifts[2 * tap]).clamp_min(Zero).minimum(last[0]), y.Plus(shifts[(2 * tap) + 1]).clamp_min(Zero).minimum(last[1])))
            .Aggregate(static (sum, one) => sum.Plus(one));
        return sum / Num(_images[0].Region.Image.FullScale * taps) * inside;
    }

    /// <summary>Where in their images the pixels of the windows are, (N, 1, H, W) each.</summary>
    private (Tensor X, Tensor Y) Places()
    {
        var middle = _images[0].Map.Middle;
        var matrix = _images.Floats(_device, static image =>
            [image.Map.Matrix.X, image.Map.Matrix.Y, image.Map.Origin.X, image.Map.Matrix.Z, image.Map.Matrix.W, image.Map.Origin.Y]);
        var (x, y) = ElasticField.Displace(
            [.. _images.Select(static image => image.Field)],
            Range(_images[0].Width, float32, _device).view(1, 1, 1, -1),
            Range(_images[0].Height, float32, _device).view(1, 1, -1, 1));
        using var across = Passing(middle.X);
        using var down = Passing(middle.Y);
        (x, y) = (x - across, y - down);
        return ((x * matrix[0]).Plus(y * matrix[1]).Plus(matrix[2]), (x * matrix[3]).Plus(y * matrix[4]).Plus(matrix[5]));
    }

    /// <summary>Colours at places inside, in the images' own units.</summary>
    private Tensor Bilinear(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var offset = 0L;
        var region = _images.Integers(_device, image =>
        {
            var start = offset;
            offset += image.Region.Pixels;
            return [start, image.Region.Left, image.Region.Top, image.Region.Width, image.Region.Width - 1, image.Region.Height - 1];
        });
        var (left, top) = (x.to(int64), y.to(int64));
        var (fx, fy) = (x - left, y - top);
        var both = fx * fy;
        (left, top) = (left - region[1], top - region[2]);
        var right = (left + One).minimum(region[4]);
        var (up, down) = (Row(top), Row((top + One).minimum(region[5])));
        return ((One - fx - fy).Plus(both) * At(up.Plus(left)))
            .Plus((fx - both) * At(up.Plus(right)))
            .Plus((fy - both) * At(down.Plus(left)))
            .Plus(both * At(down.Plus(right)))
            .MoveToOuterDisposeScope();

        Tensor Row(Tensor row) => (row * region[3]).Plus(region[0]);
    }

    private Tensor At(Tensor index)
    {
        using var scope = NewDisposeScope();
        var read = _pixels.index_select(0, index.flatten());
        if (_images[0].Region.Image.Bits == 16)
        {
            var words = read.view(read.shape[0], -1, 2).to(float32);
            read = words.select(2, 0).Plus(words.select(2, 1) * Num(256));
        }

        return read.view(index.shape[0], index.shape[2], index.shape[3], -1).permute(0, 3, 1, 2).to(float32).MoveToOuterDisposeScope();
    }
}
