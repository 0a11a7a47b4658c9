using System.Buffers;
using System.Numerics;
using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>
/// The distance of each pixel's centre to the nearest one on the other side: above 0 outside, below 0 inside. 0 where a pixel is on
/// neither side, and in the whole plane where one side has no pixel, for then there is no boundary.
/// </summary>
internal static class SignedDistance
{
    internal const byte Outside = 0;
    internal const byte Inside = 1;
    internal const byte Neither = 2;

    /// <summary>The maps of planes on any device, made on the CPU: the device is waited for.</summary>
    /// <param name="input">The batch, whose ignored pixels are on neither side.</param>
    /// <param name="inside">1 inside, 0 outside (N, C, P), without gradient.</param>
    /// <returns>(N, C, P), on the device and in the type of the logits.</returns>
    internal static Tensor Of(LossInput input, Tensor inside)
    {
        var marked = input.Valid is { } valid ? (inside - Num(Neither)) * valid + Num(Neither) : inside;
        var sides = marked.to(uint8).cpu().contiguous().bytes.ToArray();
        Array map = input.Logits.dtype == float64 ? Map<double>(sides, input) : Map<float>(sides, input);
        return frombuffer(map, input.Logits.dtype).view(input.Logits.shape).to(input.Logits.device);
    }

    /// <summary>The maps of planes.</summary>
    /// <param name="sides">The side of each pixel, plane after plane.</param>
    /// <param name="height">Rows of a plane.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="map">The result, of the length of the sides.</param>
    /// <param name="threads">How many threads share the work; nothing else depends on it.</param>
    internal static void Write<T>(ReadOnlyMemory<byte> sides, int height, int width, Memory<T> map, int threads)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var size = height * width;
        var planes = sides.Length / size;
        var hasBoundary = new bool[planes];
        var (toInside, toOutside) = (ArrayPool<int>.Shared.Rent(sides.Length), ArrayPool<int>.Shared.Rent(sides.Length));
        var shared = new ParallelOptions { MaxDegreeOfParallelism = threads };
        Parallel.For(0, planes, shared, plane =>
        {
            var pixels = sides.Span.Slice(plane * size, size);
            hasBoundary[plane] = DistanceTransform.Columns(pixels, Inside, width, toInside.AsSpan(plane * size, size))
                & DistanceTransform.Columns(pixels, Outside, width, toOutside.AsSpan(plane * size, size));
        });
        Parallel.For(0, planes * height, shared, row =>
        {
            var line = map.Span.Slice(row * width, width);
            if (hasBoundary[row / height])
            {
                Row(sides.Span.Slice(row * width, width), toInside.AsSpan(row * width, width), toOutside.AsSpan(row * width, width), line);
            }
            else
            {
                line.Clear();
            }
        });
        ArrayPool<int>.Shared.Return(toInside);
        ArrayPool<int>.Shared.Return(toOutside);
    }

    private static T[] Map<T>(byte[] sides, LossInput input)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var map = GC.AllocateUninitializedArray<T>(sides.Length);
        Write<T>(sides, (int)input.Height, (int)input.Width, map, get_num_threads());
        return map;
    }

    private static void Row<T>(ReadOnlySpan<byte> sides, ReadOnlySpan<int> toInside, ReadOnlySpan<int> toOutside, Span<T> map)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var width = sides.Length;
        var (squares, places) = (ArrayPool<long>.Shared.Rent(2 * width), ArrayPool<int>.Shared.Rent(2 * width));
        var inside = squares.AsSpan(0, width);
        var outside = squares.AsSpan(width, width);
        DistanceTransform.Row(toInside, inside, places.AsSpan(0, width), places.AsSpan(width, width));
        DistanceTransform.Row(toOutside, outside, places.AsSpan(0, width), places.AsSpan(width, width));
        for (var x = 0; x < width; x++)
        {
            map[x] = sides[x] switch
            {
                Outside => T.CreateTruncating(Math.Sqrt(inside[x])),
                Inside => T.CreateTruncating(-Math.Sqrt(outside[x])),
                _ => T.Zero,
            };
        }
        ArrayPool<long>.Shared.Return(squares);
        ArrayPool<int>.Shared.Return(places);
    }
}
