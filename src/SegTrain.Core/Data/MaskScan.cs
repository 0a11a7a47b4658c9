using SegTrain.Core.Images;

namespace SegTrain.Core.Data;

/// <param name="Value">See <see cref="MaskValue"/>.</param>
/// <param name="Count">Pixels with the value.</param>
/// <param name="First">The first pixel with the value, counted from the top left.</param>
internal readonly record struct ValueCount(int Value, long Count, int First);

/// <summary>The values of one mask. <paramref name="Complete"/> is false where counting stopped: a photograph has more colours than there can be classes.</summary>
internal sealed record MaskScan(Pair Pair, ImageFormat Format, int Width, long Pixels, IReadOnlyList<ValueCount> Values, bool Complete)
{
    private const int MaxColors = 4096;

    /// <summary>Decodes every mask once; those that do not decode are problems.</summary>
    public static IReadOnlyList<MaskScan> All(IReadOnlyList<CheckedPair> pairs, DataProblems problems, IProgress<(int Done, int Total)>? progress)
    {
        var scans = new MaskScan?[pairs.Count];
        var done = 0;
        Parallel.For(0, pairs.Count, i =>
        {
            try
            {
                scans[i] = Of(pairs[i].Pair, pairs[i].Mask.Format, ImageFile.Read(pairs[i].Pair.Mask));
            }
            catch (SegTrainException e) when (e.Code == ExitCode.Data)
            {
                problems.Add("Masks that cannot be read:", e.Message);
            }

            progress?.Report((Interlocked.Increment(ref done), pairs.Count));
        });
        return [.. scans.OfType<MaskScan>()];
    }

    public static MaskScan Of(Pair pair, ImageFormat format, PixelImage mask)
    {
        var counts = new Dictionary<int, ValueCount>();
        var pixels = mask.Width * mask.Height;
        for (var start = 0; start < pixels && !TooMany();)
        {
            var value = MaskValue.At(mask, start);
            var length = MaskValue.Run(mask, start);
            var before = counts.GetValueOrDefault(value, new(value, 0, start));
            counts[value] = before with { Count = before.Count + length };
            start += length;
        }

        return new(pair, format, mask.Width, pixels, [.. counts.Values.OrderBy(static count => count.Value)], !TooMany());

        bool TooMany() => mask.Channels > 1 && counts.Count >= MaxColors;
    }
}
