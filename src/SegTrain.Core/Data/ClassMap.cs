using SegTrain.Core.Images;

namespace SegTrain.Core.Data;

/// <summary>From mask values to class indices.</summary>
internal sealed class ClassMap
{
    private const byte Unknown = 254;

    private readonly byte[] _greys = new byte[1 << 16];
    private readonly Dictionary<int, byte> _colors = [];

    /// <param name="classes">The values of class 0, 1, ... as first and last.</param>
    /// <param name="ignored">The values that become <see cref="ClassList.Ignore"/>.</param>
    public ClassMap(IReadOnlyList<(int First, int Last)> classes, IReadOnlyList<(int First, int Last)> ignored)
    {
        Array.Fill(_greys, Unknown);
        foreach (var range in ignored)
            Set(range, ClassList.Ignore);
        for (var i = 0; i < classes.Count; i++)
            Set(classes[i], (byte)i);
    }

    /// <summary>The class index, <see cref="ClassList.Ignore"/>, or null for a value that belongs to no class.</summary>
    public byte? this[int value] => Find(value) is var index and not Unknown ? index : null;

    /// <summary>One index a pixel.</summary>
    /// <exception cref="SegTrainException">A value belongs to no class.</exception>
    public byte[] Encode(PixelImage mask, string path)
    {
        var target = GC.AllocateUninitializedArray<byte>(mask.Width * mask.Height);
        for (int start = 0, length; start < target.Length; start += length)
        {
            length = MaskValue.Run(mask, start);
            target.AsSpan(start, length).Fill(Find(MaskValue.At(mask, start)));
        }

        if (target.AsSpan().IndexOf(Unknown) is var stray and >= 0)
            throw new SegTrainException(ExitCode.Data, $"{path}: {Describe(MaskValue.At(mask, stray), 1, stray, mask.Width)}; the file changed after the start");
        return target;
    }

    /// <summary>Names the masks with values outside the classes.</summary>
    public void NameStrays(IReadOnlyList<MaskScan> scans, DataProblems problems)
    {
        foreach (var scan in scans)
        {
            var strays = scan.Values.Where(value => this[value.Value] is null).OrderByDescending(static value => value.Count).ToList();
            if (strays is [var most, ..])
            {
                var more = strays.Count > 1 ? $" and {strays.Count - 1} more such values" : "";
                problems.Add(
                    "Mask values that belong to no class (add them to data.classes or data.ignore):",
                    $"{scan.Pair.Mask}: {Describe(most.Value, most.Count, most.First, scan.Width)}{more}");
            }
        }
    }

    private static string Describe(int value, long count, int first, int width) =>
        $"value {MaskValue.Text(value)} in {count} pixels, the first at x {first % width}, y {first / width}";

    private byte Find(int value) => value < MaskValue.Color ? _greys[value] : _colors.GetValueOrDefault(value, Unknown);

    private void Set((int First, int Last) range, byte index)
    {
        if (range.First >= MaskValue.Color)
            _colors[range.First] = index;
        else
            _greys.AsSpan(range.First..(range.Last + 1)).Fill(index);
    }
}
