using SegTrain.Core.Data.Layout;
using SegTrain.Core.Images;

namespace SegTrain.Core.Data.Masks;

/// <summary>What becomes of mask values that belong to no class.</summary>
internal enum StrayPolicy
{
    Error,
    Ignore,
    Nearest,
}

/// <summary>From mask values to class indices. Any thread may ask at any time.</summary>
internal sealed class ClassMap : ITargetReader
{
    private const byte Unknown = 254;
    private const ushort Stray = 1 << 8;
    private const ushort Unset = ushort.MaxValue;

    private readonly (ValueRange Range, byte Index)[] _ranges;
    private readonly double _tolerance;
    private readonly StrayPolicy _strays;

    // Answers given before: by grey level, and of colours the last one of each slot with its answer in the lower half. Index, and whether stray.
    private readonly ushort[] _greys = new ushort[1 << 16];
    private readonly ulong[] _colors = new ulong[1 << 12];

    /// <param name="classes">The values of class 0, 1, ...</param>
    /// <param name="ignored">The values that become <see cref="ClassList.Ignore"/>.</param>
    /// <param name="tolerance">Values up to this <see cref="MaskValue.Distance"/> from one of those count as it.</param>
    /// <param name="strays">What becomes of the others.</param>
    public ClassMap(IReadOnlyList<ValueRange> classes, IReadOnlyList<ValueRange> ignored, double tolerance = 0, StrayPolicy strays = StrayPolicy.Error)
    {
        _ranges = [.. classes.Select(static (range, i) => (range, (byte)i)), .. ignored.Select(static range => (range, ClassList.Ignore))];
        (_tolerance, _strays) = (tolerance, strays);
        Array.Fill(_greys, Unset);
    }

    /// <summary>The class index, <see cref="ClassList.Ignore"/>, or null for a value that belongs to no class and is not let pass.</summary>
    public byte? this[int value] => (byte)Look(value) is var index and not Unknown ? index : null;

    /// <summary>Whether the value is farther from all classes and ignored values than the tolerance, whatever the policy makes of it.</summary>
    public bool IsStray(int value) => (Look(value) & Stray) != 0;

    /// <summary>The class or <see cref="ClassList.Ignore"/> whose values are nearest, and how near.</summary>
    public (byte Index, double Distance) Nearest(int value)
    {
        var nearest = (Index: Unknown, Distance: double.PositiveInfinity);
        foreach (var (range, index) in _ranges)
        {
            var distance = range.Distance(value);
            if (distance < nearest.Distance)
                nearest = (index, distance);
        }

        return nearest;
    }

    public byte[] Read(CheckedPair pair, int width, int height) => Encode(MaskReader.Decode(pair, pair.Pair.Mask, width, height), pair.Pair.Mask);

    public MaskScan Scan(CheckedPair pair) => MaskScan.Of(pair, this, MaskValue.Runs(MaskReader.Decode(pair, pair.Pair.Mask)));

    /// <summary>One index a pixel.</summary>
    /// <exception cref="SegTrainException">A value belongs to no class.</exception>
    public byte[] Encode(PixelImage mask, string path)
    {
        var target = GC.AllocateUninitializedArray<byte>(mask.Width * mask.Height);
        for (int start = 0, length; start < target.Length; start += length)
        {
            length = MaskValue.Run(mask, start);
            target.AsSpan(start, length).Fill((byte)Look(MaskValue.At(mask, start)));
        }

        if (target.AsSpan().IndexOf(Unknown) is var stray and >= 0)
        {
            var value = MaskValue.Text(MaskValue.At(mask, stray));
            throw new SegTrainException(ExitCode.Data, $"{path}: value {value} at x {stray % mask.Width}, y {stray / mask.Width} belongs to no class; the file changed after the start");
        }

        return target;
    }

    private ushort Look(int value)
    {
        if (value < MaskValue.Color)
            return _greys[value] is var known and not Unset ? known : _greys[value] = Decide(value);
        ref var slot = ref _colors[((uint)value * 2654435761) >> 20 & 0xFFF];
        var kept = Volatile.Read(ref slot);
        if (kept >> 16 == (ulong)value)
            return (ushort)kept;
        var decided = Decide(value);
        Volatile.Write(ref slot, ((ulong)value << 16) | decided);
        return decided;
    }

    private ushort Decide(int value)
    {
        var (index, distance) = Nearest(value);
        if (distance <= _tolerance)
            return index;
        return (ushort)(Stray | _strays switch
        {
            StrayPolicy.Ignore => ClassList.Ignore,
            StrayPolicy.Nearest => index,
            _ => Unknown,
        });
    }
}
