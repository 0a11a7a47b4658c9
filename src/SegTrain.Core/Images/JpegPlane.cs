using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BitMiracle.LibJpeg.Classic;

namespace SegTrain.Core.Images;

/// <summary>
/// The samples of one component for the pixels of a picture whose sides are perhaps divided. Where several fall on a pixel it takes their mean; where a
/// file keeps half of them, the others are filled in by weights of 3 and 1, as libjpeg-turbo does and with it most programs.
/// </summary>
internal sealed class JpegPlane
{
    private const int BlockSide = 8;

    // Loops below need not mind the end of a row.
    private static readonly int Slack = 2 * Vector<byte>.Count;

    private readonly int _meanAcross;
    private readonly int _meanDown;
    private readonly int _across;
    private readonly int _down;
    private readonly int _storedWidth;
    private readonly int _storedHeight;
    private readonly int _width;
    private readonly int _height;
    private readonly ushort[] _sums = [];
    private readonly byte[] _near = [];
    private readonly byte[] _far = [];
    private readonly byte[] _line = [];

    /// <param name="part">The component.</param>
    /// <param name="across">Pixels for one of its samples in a row.</param>
    /// <param name="down">Likewise, in a column.</param>
    /// <param name="reduction">What the sides of the picture are divided by.</param>
    /// <param name="width">Of the whole picture.</param>
    /// <param name="height">Likewise.</param>
    public JpegPlane(jpeg_component_info part, int across, int down, int reduction, int width, int height)
    {
        (_meanAcross, _meanDown) = (Math.Max(1, reduction / across), Math.Max(1, reduction / down));
        (_across, _down) = (Math.Max(1, across / reduction), Math.Max(1, down / reduction));
        (_storedWidth, _storedHeight) = ((width + across - 1) / across, (height + down - 1) / down);
        (_width, _height) = ((_storedWidth + _meanAcross - 1) / _meanAcross, (_storedHeight + _meanDown - 1) / _meanDown);
        (Even, Odd) = (Rows(), Rows());
        _sums = new ushort[1 + _storedWidth + _meanAcross + Slack];
        if (_meanAcross > 1 || _meanDown > 1)
            (_near, _far) = (new byte[_sums.Length], new byte[_down == 1 ? 0 : _sums.Length]);
        if (_across > 1 || _down > 1)
            _line = new byte[(_across * _width) + (2 * Slack)];

        byte[][] Rows() => [.. Enumerable.Range(0, part.V_samp_factor * BlockSide).Select(_ => new byte[(part.Width_in_blocks * BlockSide) + Slack])];
    }

    /// <summary>Where the library puts the rows of its first, third and every other step.</summary>
    public byte[][] Even { get; }

    public byte[][] Odd { get; }

    /// <summary>The samples for the pixels of a row, and something behind them. Gone with the next call.</summary>
    public ReadOnlySpan<byte> Line(int y)
    {
        var (at, above) = (y / _down, y % _down == 0);
        var near = Row(at, _near);
        if (_line.Length == 0)
            return near;
        if (_across > 2 || _down > 2)
        {
            for (var i = 0; i < _width; i++)
                _line.AsSpan(i * _across, _across).Fill(near[i]);
            return _line;
        }

        if (_down == 1)
            Widen(near);
        else
            Blend(near, Row(Math.Clamp(above ? at - 1 : at + 1, 0, _height - 1), _far));
        if (_across == 1)
            Narrow(_line, above ? 1 : 2, 2);
        else if (_down == 1)
            Double(1, 2, 2);
        else
            Double(8, 7, 4);
        return _line;
    }

    private ReadOnlySpan<byte> Row(int at, byte[] mean)
    {
        if (mean.Length == 0)
            return Stored(at);
        Widen(Stored(at * _meanDown));
        for (var i = 1; i < _meanDown; i++)
            Add(Stored((at * _meanDown) + i));
        _sums.AsSpan(1 + _storedWidth, _meanAcross).Fill(_sums[_storedWidth]);
        for (var (width, count) = (_storedWidth, _meanAcross); count > 1; (width, count) = ((width + 1) / 2, count / 2))
            AddPairs(width);
        var shift = BitOperations.Log2((uint)(_meanAcross * _meanDown));
        Narrow(mean, (1 << shift) / 2, shift);
        return mean;
    }

    private byte[] Stored(int at)
    {
        at = Math.Min(at, _storedHeight - 1);
        return (at / Even.Length % 2 == 0 ? Even : Odd)[at % Even.Length];
    }

    private void Widen(ReadOnlySpan<byte> row)
    {
        for (var i = 0; i < _storedWidth; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out var low, out var high);
            low.CopyTo(_sums, 1 + i);
            high.CopyTo(_sums, 1 + i + Vector<ushort>.Count);
        }
    }

    private void Add(ReadOnlySpan<byte> row)
    {
        for (var i = 0; i < _storedWidth; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out var low, out var high);
            (new Vector<ushort>(_sums, 1 + i) + low).CopyTo(_sums, 1 + i);
            (new Vector<ushort>(_sums, 1 + i + Vector<ushort>.Count) + high).CopyTo(_sums, 1 + i + Vector<ushort>.Count);
        }
    }

    private void AddPairs(int width)
    {
        ref var sums = ref MemoryMarshal.GetArrayDataReference(_sums);
        for (var (from, to) = (1, 1); from <= width; from += 2 * Vector<ushort>.Count, to += Vector<ushort>.Count)
            Vector.Narrow(Pairs(ref sums, from), Pairs(ref sums, from + Vector<ushort>.Count)).StoreUnsafe(ref Unsafe.Add(ref sums, to));

        static Vector<uint> Pairs(ref ushort sums, int at)
        {
            var pairs = Vector.LoadUnsafe(ref Unsafe.Add(ref sums, at)).As<ushort, uint>();
            return (pairs & new Vector<uint>(ushort.MaxValue)) + (pairs >>> 16);
        }
    }

    private void Blend(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far)
    {
        for (var i = 0; i < _width; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(near[i..]), out var low, out var high);
            Vector.Widen(new Vector<byte>(far[i..]), out var farLow, out var farHigh);
            ((low * 3) + farLow).CopyTo(_sums, 1 + i);
            ((high * 3) + farHigh).CopyTo(_sums, 1 + i + Vector<ushort>.Count);
        }
    }

    private void Narrow(Span<byte> line, int rounding, int shift)
    {
        for (var i = 0; i < _width; i += Vector<byte>.Count)
            Vector.Narrow(Rounded(i), Rounded(i + Vector<ushort>.Count)).CopyTo(line[i..]);

        Vector<ushort> Rounded(int i) => (new Vector<ushort>(_sums, 1 + i) + new Vector<ushort>((ushort)rounding)) >>> shift;
    }

    // Two samples of each sum: three parts of it and one of its neighbour to the left, and to the right.
    private void Double(ushort left, ushort right, int shift)
    {
        (_sums[0], _sums[_width + 1]) = (_sums[1], _sums[_width]);
        ref var sums = ref MemoryMarshal.GetArrayDataReference(_sums);
        var line = MemoryMarshal.Cast<byte, ushort>(_line.AsSpan());
        for (var i = 0; i < _width; i += Vector<ushort>.Count)
        {
            var sum = Vector.LoadUnsafe(ref Unsafe.Add(ref sums, 1 + i)) * 3;
            var first = (sum + Vector.LoadUnsafe(ref Unsafe.Add(ref sums, i)) + new Vector<ushort>(left)) >>> shift;
            var second = (sum + Vector.LoadUnsafe(ref Unsafe.Add(ref sums, 2 + i)) + new Vector<ushort>(right)) >>> shift;

            // The first is the lower byte, as it is in the memory of every machine that .NET runs on.
            (first | (second << 8)).CopyTo(line[i..]);
        }
    }
}
