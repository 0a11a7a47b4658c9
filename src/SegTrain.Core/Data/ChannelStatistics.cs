namespace SegTrain.Core.Data;

/// <summary>Mean and standard deviation of each channel of the training images, in the loader's scale: 0 to 1, or floating point as it is.</summary>
internal static class ChannelStatistics
{
    // Evenly spaced images; more of them move the result by less than augmentation does.
    private const int Sampled = 64;

    public static (float[] Mean, float[] Std) Of(ISampleSource source, int channels)
    {
        var count = Math.Min(source.Count, Sampled);
        var perImage = new (double Pixels, double[] Sums, double[] Squares, bool Floats)[count];
        Parallel.For(0, count, i => perImage[i] = Sum(source.Load((int)((long)i * source.Count / count)), channels));

        // Added up in order, so that the number of threads does not round differently.
        var (pixels, floats) = (perImage.Sum(static image => image.Pixels), perImage.Any(static image => image.Floats));
        var mean = new float[channels];
        var std = new float[channels];
        for (var c = 0; c < channels; c++)
        {
            var average = perImage.Sum(image => image.Sums[c]) / pixels;
            var variance = Math.Max(0, (perImage.Sum(image => image.Squares[c]) / pixels) - (average * average));
            mean[c] = (float)average;

            // A constant channel says nothing; dividing by one leaves it at zero. Floating point may be large or small; of its squares so much is rounding.
            std[c] = variance <= (floats ? average * average * 1e-13 : 1e-10) ? 1 : (float)Math.Sqrt(variance);
        }

        return (mean, std);
    }

    private static (double Pixels, double[] Sums, double[] Squares, bool Floats) Sum(Sample sample, int channels)
    {
        var image = sample.Image;
        var (sums, squares) = (new double[channels], new double[channels]);
        var (floats, scale) = (image.Bits == 32, image.Bits == 8 ? 255.0 : 65535.0);
        for (var at = 0; floats && at < image.Floats.Length; at++)
        {
            double value = image.Floats[at];
            sums[at % channels] += value;
            squares[at % channels] += value * value;
        }

        for (var c = 0; c < (floats ? 0 : channels); c++)
        {
            var (sum, square) = (0L, 0L);
            for (var at = c; at < image.Width * image.Height * channels; at += channels)
            {
                long value = image.Bits == 8 ? image.Samples[at] : image.Words[at];
                sum += value;
                square += value * value;
            }

            (sums[c], squares[c]) = (sum / scale, square / scale / scale);
        }

        return ((double)image.Width * image.Height, sums, squares, floats);
    }
}
