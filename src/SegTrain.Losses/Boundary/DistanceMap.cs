using System.Buffers;

namespace SegTrain.Losses;

/// <summary>
/// The distance maps of targets that a loss asks for (<see cref="Loss.Distances"/>), made ahead of the training step by whoever has the
/// target at hand. A loss that is given none makes them itself, the same to the last bit in float32.
/// </summary>
/// <param name="task">The task of the loss.</param>
public sealed class DistanceMap(LossTask task)
{
    /// <summary>Maps of an image: one a channel of the logits.</summary>
    public int Planes => task.Channels;

    /// <summary>
    /// Writes the maps of one image: the distance of each pixel to the nearest pixel on the other side of the class, above 0 outside it and
    /// below 0 inside. Ignored pixels are on neither side and have 0, as has every pixel where a side is empty. Runs in the caller's thread.
    /// </summary>
    /// <param name="target">
    /// The class of each pixel, Height x Width; in a multilabel task Planes x Height x Width of 0 and 1; or the ignored value.
    /// </param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="distances">The result, Planes x Height x Width.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    /// <example>
    /// Target 1, 0, 0, 255, 0 in a row of a binary task: -1, 1, 2, 0, 4.
    /// </example>
    public void Write(ReadOnlySpan<byte> target, int width, Memory<float> distances)
    {
        var size = distances.Length / Planes;
        var isMultilabel = task.Mode == SegmentationMode.Multilabel;
        if (distances.Length != size * Planes || size % width != 0 || target.Length != (isMultilabel ? distances.Length : size))
        {
            throw new ArgumentException($"{target.Length} targets in rows of {width} do not fit {Planes} maps of {distances.Length} pixels in all");
        }
        var sides = ArrayPool<byte>.Shared.Rent(distances.Length);
        for (var plane = 0; plane < Planes; plane++)
        {
            var inside = task.Mode == SegmentationMode.Multiclass ? plane : 1;
            var classes = isMultilabel ? target.Slice(plane * size, size) : target;
            var marked = sides.AsSpan(plane * size, size);
            for (var i = 0; i < size; i++)
            {
                marked[i] = classes[i] == task.IgnoreIndex ? SignedDistance.Neither
                    : classes[i] == inside ? SignedDistance.Inside
                    : SignedDistance.Outside;
            }
        }
        SignedDistance.Write(sides.AsMemory(0, distances.Length), size / width, width, distances, threads: 1);
        ArrayPool<byte>.Shared.Return(sides);
    }
}
