using SegTrain.Core.Data.Layout;

namespace SegTrain.Core.Data.Masks;

/// <summary>Targets of combinations of classes.</summary>
/// <param name="map">Reads the set of each pixel.</param>
/// <param name="sets">The sets in the order of <see cref="ClassList.Combinations"/>.</param>
internal sealed class PlaneTargets(PlaneMap map, IReadOnlyList<ulong> sets) : ITargetReader
{
    private const int MaxPerPair = 1 << 12;

    private readonly Dictionary<ulong, byte> _indices = sets.Select(static (set, i) => (set, (byte)i)).ToDictionary();

    public byte[] Read(CheckedPair pair, int width, int height) => map.Read(pair, width, height, found =>
    {
        var target = GC.AllocateUninitializedArray<byte>(found.Length);
        for (int start = 0, length; start < found.Length; start += length)
        {
            var rest = found[start..];
            length = rest.IndexOfAnyExcept(rest[0]) is var end and >= 0 ? end : rest.Length;
            target.AsSpan(start, length).Fill(IndexOf(rest[0]));
        }

        return target;
    });

    public MaskScan Scan(CheckedPair pair) => Scan(pair, map.Read(pair, pair.Image.Width, pair.Image.Height, Count));

    public MaskScan Scan(CheckedPair pair, IEnumerable<(ulong Set, int Pixels)> counts) =>
        MaskScan.Of(pair, counts.Select(set => new ClassCount(IndexOf(set.Set), set.Pixels)));

    /// <summary>The sets of a pair, as far as they are not too many for any training.</summary>
    public static (ulong Set, int Pixels)[] Count(ReadOnlySpan<ulong> sets)
    {
        var counts = new Dictionary<ulong, int>();
        for (int start = 0, length; start < sets.Length && counts.Count < MaxPerPair; start += length)
        {
            var rest = sets[start..];
            length = rest.IndexOfAnyExcept(rest[0]) is var end and >= 0 ? end : rest.Length;
            counts[rest[0]] = counts.GetValueOrDefault(rest[0]) + length;
        }

        return [.. counts.Select(static count => (count.Key, count.Value))];
    }

    /// <exception cref="SegTrainException">The combination did not occur before.</exception>
    private byte IndexOf(ulong set) => (set & PlaneMap.Ignored) != 0 ? ClassList.Ignore
        : _indices.TryGetValue(set, out var index) ? index
        : throw new SegTrainException(ExitCode.Data, "A mask has a combination of classes that it had not before; a file changed after the start");
}
