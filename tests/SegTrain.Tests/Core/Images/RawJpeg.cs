using System.Buffers.Binary;

namespace SegTrain.Tests.Core.Images;

/// <summary>
/// JPEG files bit by bit after ITU-T T.81, with the plainest tables: all quantization steps 1, and codes of one length, so that code and symbol are the
/// same. Blocks are given by their coefficients, the first of which is eight times the mean level above 128.
/// </summary>
internal sealed record RawJpeg(int Width, int Height)
{
    // The first coefficients of the blocks before.
    private int[] _previous = [];

    /// <summary>Samples across and down of each component, as the frame header has them.</summary>
    public (int Across, int Down)[] Sampling { get; init; } = [(1, 1)];

    /// <summary>192 baseline, 193 extended, 194 progressive, and others.</summary>
    public byte Frame { get; init; } = 0xC0;

    public byte Precision { get; init; } = 8;

    /// <summary>Units between restart markers, 0 for none.</summary>
    public int RestartInterval { get; init; }

    /// <summary>Of Adobe's marker: 0 RGB or CMYK, 1 YCbCr, 2 YCCK; null for no such marker.</summary>
    public byte? AdobeTransform { get; init; }

    /// <param name="coefficients">Of the block at x, y of a component, in zigzag order; zeros at the end may be left out.</param>
    public byte[] Write(Func<int, int, int, int[]> coefficients)
    {
        var file = new MemoryStream();
        file.Write([0xFF, 0xD8]);
        if (AdobeTransform is { } transform)
            Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, transform]);
        Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]);
        Segment(Frame, [Precision, .. Word(Height), .. Word(Width), (byte)Sampling.Length, .. Sampling.SelectMany((part, i) => new byte[] { (byte)(i + 1), (byte)((part.Across << 4) | part.Down), 0 })]);

        // Twelve sizes of differences in codes of four bits, and all pairs of run and size in codes of eight.
        Segment(0xC4, [0x00, 0, 0, 0, 12, .. new byte[12], .. Enumerable.Range(0, 12).Select(static i => (byte)i)]);
        Segment(0xC4, [0x10, .. new byte[7], 255, .. new byte[8], .. Enumerable.Range(0, 255).Select(static i => (byte)i)]);
        if (RestartInterval > 0)
            Segment(0xDD, Word(RestartInterval));
        if (Frame == 0xC2)
        {
            // All but the lowest bit of the first coefficients, then that bit, then the others of each component.
            Scan([.. Enumerable.Range(0, Sampling.Length)], 0, 0, 0x01, (bits, block, c) => Difference(bits, block[0] >> 1, c));
            Scan([.. Enumerable.Range(0, Sampling.Length)], 0, 0, 0x10, static (bits, block, _) => bits.Add(block[0] & 1, 1));
            for (var c = 0; c < Sampling.Length; c++)
                Scan([c], 1, 63, 0, static (bits, block, _) => Others(bits, block));
        }
        else
        {
            Scan([.. Enumerable.Range(0, Sampling.Length)], 0, 63, 0, (bits, block, c) =>
            {
                Difference(bits, block[0], c);
                Others(bits, block);
            });
        }

        file.Write([0xFF, 0xD9]);
        return file.ToArray();

        void Segment(byte marker, byte[] data)
        {
            file.Write([0xFF, marker, .. Word(data.Length + 2)]);
            file.Write(data);
        }

        void Scan(int[] parts, byte first, byte last, byte bits, Action<Bits, int[], int> code)
        {
            Segment(0xDA, [(byte)parts.Length, .. parts.SelectMany(static c => new byte[] { (byte)(c + 1), 0 }), first, last, bits]);
            var (coded, units) = (new Bits(), 0);
            _previous = new int[4];
            foreach (var unit in Units(parts))
            {
                if (RestartInterval > 0 && units > 0 && units % RestartInterval == 0)
                {
                    file.Write([.. coded.Done(), 0xFF, (byte)(0xD0 + ((units / RestartInterval - 1) % 8))]);
                    (coded, _previous) = (new(), new int[4]);
                }

                foreach (var (x, y, c) in unit)
                    code(coded, coefficients(x, y, c) is { Length: > 0 } block ? block : [0], c);
                units++;
            }

            file.Write(coded.Done());
        }
    }

    // Several components take turns, as many blocks as they have samples in a unit; one alone has its blocks row by row, and only those with pixels.
    private IEnumerable<IEnumerable<(int X, int Y, int Part)>> Units(int[] parts)
    {
        var (across, down) = (Sampling.Max(static part => part.Across), Sampling.Max(static part => part.Down));
        if (parts is [var c])
        {
            var (width, height) = (Ceiling(Ceiling(Width * Sampling[c].Across, across), 8), Ceiling(Ceiling(Height * Sampling[c].Down, down), 8));
            return from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) select (IEnumerable<(int, int, int)>)[(x, y, c)];
        }

        return from y in Enumerable.Range(0, Ceiling(Height, 8 * down))
               from x in Enumerable.Range(0, Ceiling(Width, 8 * across))
               select from part in parts
                      from v in Enumerable.Range(0, Sampling[part].Down)
                      from h in Enumerable.Range(0, Sampling[part].Across)
                      select ((x * Sampling[part].Across) + h, (y * Sampling[part].Down) + v, part);
    }

    private void Difference(Bits bits, int value, int c)
    {
        var difference = value - _previous[c];
        _previous[c] = value;
        bits.Add(Size(difference), 4);
        Add(bits, difference);
    }

    private static void Others(Bits bits, int[] block)
    {
        var run = 0;
        foreach (var value in block.Skip(1))
        {
            if (value == 0)
            {
                run++;
                continue;
            }

            for (; run > 15; run -= 16)
                bits.Add(0xF0, 8);
            bits.Add((run << 4) | Size(value), 8);
            Add(bits, value);
            run = 0;
        }

        if (block.Length < 64 || run > 0)
            bits.Add(0, 8);
    }

    private static int Size(int value) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)Math.Abs(value));

    private static void Add(Bits bits, int value) => bits.Add(value < 0 ? value - 1 : value, Size(value));

    private static int Ceiling(int a, int b) => (a + b - 1) / b;

    private static byte[] Word(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }

    private sealed class Bits
    {
        private readonly List<byte> _bytes = [];
        private int _open;
        private int _count;

        public void Add(int value, int count)
        {
            for (var bit = count - 1; bit >= 0; bit--)
            {
                _open = (_open << 1) | ((value >> bit) & 1);
                if (++_count % 8 != 0)
                    continue;
                _bytes.Add((byte)_open);
                if ((byte)_open == 0xFF)
                    _bytes.Add(0);
                _open = 0;
            }
        }

        public byte[] Done()
        {
            while (_count % 8 != 0)
                Add(1, 1);
            return [.. _bytes];
        }
    }
}
