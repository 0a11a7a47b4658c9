using System.Runtime.InteropServices;

namespace SegTrain.Kernels;

/// <summary>
/// Some rows of an image in all channels, small enough for a core's own cache, with zeros around: (C, rows + 2, W + 2) and room behind. In it a pixel's neighbours lie
/// at fixed distances, so that a band is one line of pixels, of which those in the two last columns of a row are computed and thrown away.
/// </summary>
internal sealed unsafe class Band : IDisposable
{
    /// <summary>What a band may take of a core's second cache, of which every processor of the last ten years has twice as much.</summary>
    private const int Budget = 192 << 10;

    private readonly int _channels;
    private readonly int _height;
    private readonly int _width;
    private readonly int _room;

    /// <param name="channels">C.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="rows">Most rows of a band.</param>
    /// <param name="room">Numbers that may be read behind the last pixel's neighbours.</param>
    public Band(int channels, int height, int width, int rows, int room)
    {
        (_channels, _height, _width, _room, Stride) = (channels, height, width, room, width + 2);
        ChannelStride = (rows + 2) * Stride + room;
        Values = (float*)NativeMemory.AlignedAlloc((nuint)channels * (nuint)ChannelStride * sizeof(float), 64);
        NativeMemory.Clear(Values, (nuint)channels * (nuint)ChannelStride * sizeof(float));
    }

    /// <summary>From a row to the next.</summary>
    public int Stride { get; }

    /// <summary>From a channel to the next.</summary>
    public int ChannelStride { get; }

    /// <summary>The pixel above and to the left of the band's first one.</summary>
    public float* Values { get; }

    /// <summary>How many rows fit.</summary>
    public static int Rows(int channels, int height, int width) => Math.Clamp(Budget / sizeof(float) / (channels * (width + 2)) - 2, Math.Min(4, height), height);

    /// <summary>With the rows above and below, which the neighbours of its own need.</summary>
    /// <param name="image">(C, H, W).</param>
    /// <param name="row">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="at">Where in the band the row above them comes to lie.</param>
    public void FillWithNeighbours(float* image, int row, int rows, int at = 0)
    {
        for (var c = 0; c < _channels; c++)
        {
            for (var i = -1; i <= rows; i++) Line(image, c, row + i, at + i + 1);
        }
    }

    /// <summary>With zeros above and below, and in the room behind.</summary>
    /// <param name="image">(C, H, W), or the first of its channels.</param>
    /// <param name="row">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="channels">How many are there.</param>
    /// <param name="at">Where in the band the row above them comes to lie; what is below them is filled later.</param>
    public void FillAlone(float* image, int row, int rows, int channels, int at = 0)
    {
        for (var c = 0; c < channels; c++)
        {
            for (var i = 0; i < rows; i++) Line(image, c, row + i, at + i + 1);
            new Span<float>(Values + (long)c * ChannelStride + (at + rows + 1) * Stride, Stride + _room).Clear();
        }
    }

    // Its first and last pixel are 0 from the beginning.
    private void Line(float* image, int channel, int row, int to)
    {
        var line = new Span<float>(Values + (long)channel * ChannelStride + to * Stride + 1, _width);
        if (row < 0 || row >= _height) line.Clear();
        else new ReadOnlySpan<float>(image + ((long)channel * _height + row) * _width, _width).CopyTo(line);
    }

    public void Dispose() => NativeMemory.AlignedFree(Values);
}
