using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data;

/// <summary>
/// Finds a random pixel of a class without going through the mask: for every class but the background it knows how many pixels lie in each row and
/// above. That is four bytes a row and class; the place within the row is found by reading the row.
/// </summary>
internal sealed class ClassPixels
{
    private readonly byte[] _target;
    private readonly int _width;
    private readonly List<(byte Class, int[] Above)> _classes;

    private ClassPixels(byte[] target, int width, List<(byte Class, int[] Above)> classes) => (_target, _width, _classes) = (target, width, classes);

    /// <summary>What it takes at most for a row of a target.</summary>
    public static int BytesPerRow(ClassList classes) => sizeof(int) * (classes.Combinations?.Count ?? classes.Count);

    public static ClassPixels Of(byte[] target, int width)
    {
        var counts = new int[ClassList.Ignore + 1][];
        for (var row = 0; row < target.Length / width; row++)
        {
            for (var rest = target.AsSpan(row * width, width); !rest.IsEmpty;)
            {
                var run = rest.IndexOfAnyExcept(rest[0]) is var end and > 0 ? end : rest.Length;
                (counts[rest[0]] ??= new int[target.Length / width])[row] += run;
                rest = rest[run..];
            }
        }

        var classes = new List<(byte, int[])>();
        for (var index = 1; index < ClassList.Ignore; index++)
        {
            if (counts[index] is not { } ofRows)
                continue;
            for (var row = 1; row < ofRows.Length; row++)
                ofRows[row] += ofRows[row - 1];
            classes.Add(((byte)index, ofRows));
        }

        return new(target, width, classes);
    }

    /// <summary>Any pixel of any class but the background: classes equally often, and so the pixels of one. Null where there is none.</summary>
    public (int X, int Y)? Draw(ref CounterRandom random)
    {
        if (_classes.Count == 0)
            return null;
        var (wanted, above) = _classes[random.NextInt(_classes.Count)];
        var number = random.NextInt(above[^1]);
        var (y, last) = (0, above.Length - 1);
        while (y < last)
        {
            var middle = (y + last) / 2;
            (y, last) = above[middle] > number ? (y, middle) : (middle + 1, last);
        }

        if (y > 0)
            number -= above[y - 1];
        var row = _target.AsSpan(y * _width, _width);
        var x = row.IndexOf(wanted);
        for (; number > 0; number--)
            x += 1 + row[(x + 1)..].IndexOf(wanted);
        return (x, y);
    }
}
