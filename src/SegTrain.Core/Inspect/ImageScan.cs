using System.Buffers.Binary;
using System.Security.Cryptography;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout;
using SegTrain.Core.Images;

namespace SegTrain.Core.Inspect;

/// <summary>What only a decoded image tells. All images are decoded: damage behind a sound header shows in no other way, and the hash comes along.</summary>
/// <param name="Hash">Of the pixels, so that it is the same in whatever lossless format a copy was saved.</param>
/// <param name="IsConstant">Every pixel has the same colour.</param>
/// <param name="IsTransparent">Some pixel is not opaque.</param>
internal readonly record struct ImageScan(UInt128 Hash, bool IsConstant, bool IsTransparent)
{
    /// <summary>One for each pair; null for images that do not decode.</summary>
    /// <param name="pairs">Whose images are decoded.</param>
    /// <param name="problems">Takes those of a split that do not decode.</param>
    /// <param name="progress">Told how many have been.</param>
    public static ImageScan?[] All(IReadOnlyList<(CheckedPair Pair, Split Split)> pairs, Func<Split, DataProblems> problems, IProgress<(int Done, int Total)> progress)
    {
        var scans = new ImageScan?[pairs.Count];
        var done = 0;
        Parallel.For(0, pairs.Count, i =>
        {
            try
            {
                scans[i] = Of(ImageFile.Read(pairs[i].Pair.Pair.Image));
            }
            catch (SegTrainException e) when (e.Code == ExitCode.Data)
            {
                problems(pairs[i].Split).Add("Images that cannot be read:", e.Message);
            }

            progress.Report((Interlocked.Increment(ref done), pairs.Count));
        });
        return scans;
    }

    public static ImageScan Of(PixelImage image)
    {
        var pixel = image.Channels * image.Bits / 8;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(image.Samples, hash);
        return new(
            BinaryPrimitives.ReadUInt128LittleEndian(hash),
            image.Samples.AsSpan(pixel).SequenceEqual(image.Samples.AsSpan(..^pixel)),
            image.Channels == 4 && image.Bits switch
            {
                8 => HasTransparency<byte>(image.Samples, byte.MaxValue),
                16 => HasTransparency<ushort>(image.Words, ushort.MaxValue),
                _ => HasTransparency<float>(image.Floats, 1),
            });
    }

    private static bool HasTransparency<T>(ReadOnlySpan<T> samples, T opaque)
        where T : unmanaged, IEquatable<T>
    {
        for (var at = 3; at < samples.Length; at += 4)
        {
            if (!samples[at].Equals(opaque))
                return true;
        }

        return false;
    }
}
