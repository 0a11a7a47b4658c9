namespace SegTrain.Kernels;

/// <summary>A piece of an image with the channels of a pixel side by side, so that a vector holds one pixel in many channels.</summary>
internal static unsafe class ChannelsLast
{
    /// <param name="image">(C, H, W).</param>
    /// <param name="channels">C.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="row">The piece's first row, which may be outside.</param>
    /// <param name="column">Its first column, which may be outside.</param>
    /// <param name="rows">How many.</param>
    /// <param name="columns">How many.</param>
    /// <param name="to">(rows, columns, stride): the first C of a pixel, rounded up to a multiple of four, are written, with zeros outside the image.</param>
    /// <param name="stride">From a pixel to the next.</param>
    public static void Fill(float* image, int channels, int height, int width, int row, int column, int rows, int columns, float* to, int stride)
    {
        var (from, end) = (Math.Max(0, -column), Math.Min(columns, width - column));
        for (var i = 0; i < rows; i++, to += (nint)columns * stride)
        {
            if (row + i < 0 || row + i >= height)
            {
                new Span<float>(to, columns * stride).Clear();
                continue;
            }
            new Span<float>(to, from * stride).Clear();
            new Span<float>(to + (nint)end * stride, (columns - end) * stride).Clear();
            var line = image + (long)(row + i) * width + column;
            for (var c = 0; c < channels; c += Lanes4.Count)
            {
                var here = line + (long)c * height * width;
                if (channels - c >= Lanes4.Count && end - from >= Lanes4.Count) Four(here, (nint)height * width, from, end, to + c, stride);
                else OneByOne(here, (nint)height * width, Math.Min(Lanes4.Count, channels - c), from, end, to + c, stride);
            }
        }
    }

    private static void Four(float* line, nint plane, int from, int end, float* to, int stride)
    {
        for (var j = from; j < end; j += Lanes4.Count)
        {
            // The last four overlap those before.
            var here = Math.Min(j, end - Lanes4.Count);
            var (a, b) = (Lanes4.Load(line + here), Lanes4.Load(line + plane + here));
            var (c, d) = (Lanes4.Load(line + 2 * plane + here), Lanes4.Load(line + 3 * plane + here));
            Lanes4.Transpose(ref a, ref b, ref c, ref d);
            var pixel = to + (nint)here * stride;
            a.Store(pixel);
            b.Store(pixel + stride);
            c.Store(pixel + 2 * stride);
            d.Store(pixel + 3 * stride);
        }
    }

    private static void OneByOne(float* line, nint plane, int channels, int from, int end, float* to, int stride)
    {
        for (var j = from; j < end; j++)
        {
            for (var c = 0; c < Lanes4.Count; c++) to[(nint)j * stride + c] = c < channels ? line[c * plane + j] : 0;
        }
    }
}
