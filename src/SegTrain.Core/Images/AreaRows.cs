using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SegTrain.Core.Images;

/// <summary>
/// Resizes rows as they come, see <see cref="Resample.Area"/>: adds up input rows under their weights and, when all of an output row
/// are there, divides that along the row. Every sum of whole samples is a whole number that its floating-point type holds exactly, so neither the width of
/// vectors nor fused multiplication changes a bit; floating-point samples are added one by one, in double precision.
/// </summary>
internal sealed class AreaRows : IRowSink
{
    // The end of a row is read four samples at a time.
    private const int Slack = 4;

    // Whole numbers below are exact in a float.
    private const long ExactInFloat = 1 << 24;

    private readonly PixelImage _into;
    private readonly ResizeAxis _columns;
    private readonly ResizeAxis _rows;
    private readonly float[] _narrow;
    private readonly double[] _wide;
    private readonly byte[] _previous;
    private readonly double _half;
    private readonly double _scale;
    private int _row;
    private int _y;
    private bool _begun;

    /// <param name="fromWidth">Pixels in each row to come.</param>
    /// <param name="fromHeight">Rows to come.</param>
    /// <param name="into">The resized picture; its channels and bits are those of the rows.</param>
    public AreaRows(int fromWidth, int fromHeight, PixelImage into)
    {
        (_into, _columns, _rows) = (into, new(fromWidth, into.Width), new(fromHeight, into.Height));
        var length = (fromWidth * into.Channels) + Slack;
        var fits = into.Bits == 8 && _rows.Total * byte.MaxValue < ExactInFloat;
        (_narrow, _wide) = (new float[fits ? length : 0], new double[fits ? 0 : length]);
        _previous = fromHeight < into.Height ? new byte[fromWidth * into.Channels * into.Bits / 8] : [];

        // Half a unit more than half the divisor: the quotient is never so close below a whole number that rounding could reach it.
        var total = (double)_columns.Total * _rows.Total;
        (_half, _scale) = (into.Bits == 32 ? 0 : Math.Floor(total / 2) + 0.5, 1 / total);
    }

    public void Write(ReadOnlySpan<byte> row)
    {
        while (_y < _into.Height && _rows.First(_y) <= _row)
        {
            // Where rows grow, several outputs begin in the same input row.
            if (!_begun && _rows.First(_y) < _row)
                Add(_previous, _rows.Weights(_y)[0]);
            Add(row, _rows.Weights(_y)[_row - _rows.First(_y)]);
            if (_begun = _row + 1 < _rows.First(_y) + _rows.Weights(_y).Length)
                break;
            Finish();
            _y++;
        }

        if (_previous.Length > 0)
            row.CopyTo(_previous);
        _row++;
    }

    private void Add(ReadOnlySpan<byte> row, double weight)
    {
        if (_narrow.Length > 0)
        {
            Add(row, (float)weight, _narrow);
            return;
        }

        if (_into.Bits == 8)
            Add<byte>(row, weight);
        else if (_into.Bits == 16)
            Add(MemoryMarshal.Cast<byte, ushort>(row), weight);
        else
            Add(MemoryMarshal.Cast<byte, float>(row), weight);
    }

    private void Add<T>(ReadOnlySpan<T> row, double weight)
        where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < row.Length; i++)
            _wide[i] += weight * double.CreateTruncating(row[i]);
    }

    private static void Add(ReadOnlySpan<byte> row, float weight, Span<float> sums)
    {
        var at = 0;
        var weights = new Vector<float>(weight);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        for (; at <= row.Length - Vector<byte>.Count; at += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[at..]), out var low, out var high);
            Add(low, weights, ref Unsafe.Add(ref sum, at));
            Add(high, weights, ref Unsafe.Add(ref sum, at + Vector<ushort>.Count));
        }

        for (; at < row.Length; at++)
            sums[at] += weight * row[at];
    }

    private static void Add(Vector<ushort> samples, Vector<float> weight, ref float sums)
    {
        Vector.Widen(samples, out var low, out var high);
        (Vector.LoadUnsafe(ref sums) + (weight * Vector.ConvertToSingle(low.As<uint, int>()))).StoreUnsafe(ref sums);
        sums = ref Unsafe.Add(ref sums, Vector<float>.Count);
        (Vector.LoadUnsafe(ref sums) + (weight * Vector.ConvertToSingle(high.As<uint, int>()))).StoreUnsafe(ref sums);
    }

    private void Finish()
    {
        var length = _into.Width * _into.Channels;
        if (_into.Bits == 32)
            Divide<double, float>(_wide, _into.Floats.Slice(_y * length, length));
        else if (_narrow.Length == 0 && _into.Bits == 16)
            Divide<double, ushort>(_wide, _into.Words.Slice(_y * length, length));
        else if (_narrow.Length == 0)
            Divide<double, byte>(_wide, _into.Samples.AsSpan(_y * length, length));
        else if (_into.Channels >= 3)
            DividePixels(_into.Samples.AsSpan(_y * length, length));
        else
            Divide<float, byte>(_narrow, _into.Samples.AsSpan(_y * length, length));
        Array.Clear(_narrow);
        Array.Clear(_wide);
    }

    private void Divide<TSum, TSample>(ReadOnlySpan<TSum> sums, Span<TSample> row)
        where TSum : unmanaged, INumber<TSum>
        where TSample : unmanaged, INumber<TSample>
    {
        var channels = _into.Channels;
        for (var (x, at) = (0, 0); x < _into.Width; x++)
        {
            var weights = _columns.Weights(x);
            for (var c = 0; c < channels; c++, at++)
            {
                var sum = _half;
                for (var k = 0; k < weights.Length; k++)
                    sum += weights[k] * double.CreateTruncating(sums[((_columns.First(x) + k) * channels) + c]);
                row[at] = TSample.CreateTruncating(sum * _scale);
            }
        }
    }

    // The same for three or four channels, all channels of a pixel at once.
    private void DividePixels(Span<byte> row)
    {
        var (channels, half, scale) = (_into.Channels, Vector128.Create(_half), Vector128.Create(_scale));
        ref var sums = ref MemoryMarshal.GetArrayDataReference(_narrow);
        for (var (x, at) = (0, 0); x < _into.Width; x++, at += channels)
        {
            var (low, high) = (half, half);
            ref var sum = ref Unsafe.Add(ref sums, _columns.First(x) * channels);
            foreach (var weight in _columns.Weights(x))
            {
                var four = Vector128.LoadUnsafe(ref sum);
                low += weight * Vector128.WidenLower(four);
                high += weight * Vector128.WidenUpper(four);
                sum = ref Unsafe.Add(ref sum, channels);
            }

            // Below 256, so that nothing is lost in a float, and cut off towards zero.
            var pixel = Vector128.ConvertToInt32(Vector128.Narrow(Vector128.Floor(low * scale), Vector128.Floor(high * scale)));
            var bytes = Vector128.Narrow(Vector128.Narrow(pixel, pixel), Vector128<short>.Zero).AsUInt32().ToScalar();
            (row[at], row[at + 1], row[at + 2]) = ((byte)bytes, (byte)(bytes >> 8), (byte)(bytes >> 16));
            if (channels == 4)
                row[at + 3] = (byte)(bytes >> 24);
        }
    }
}
