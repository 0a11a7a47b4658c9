using System.Buffers;
using System.IO.Compression;

namespace SegTrain.Core.Images;

/// <summary>
/// The pixels of a PNG file (ISO/IEC 15948), row by row. The runtime's zlib and rows undone a pixel at a time take
/// less than half the time of libpng, and no picture larger than memory is ever held.
/// </summary>
internal sealed class PngReader : IDisposable
{
    // Enough that the decompressor seldom stops, little enough to stay in the processor's cache.
    private const int Block = 1 << 16;

    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly ImageHeader _header;
    private readonly PngPixels _pixels;
    private readonly ZLibStream _stream;
    private readonly byte[] _coded;
    private byte[] _row;
    private byte[] _above;
    private int _at;
    private int _end;

    private PngReader(PngChunks chunks, ImageHeader header)
    {
        (_header, _pixels) = (header, new PngPixels(chunks, header));
        _stream = new(new MemoryStream(chunks.Coded.Array!, chunks.Coded.Offset, chunks.Coded.Count), CompressionMode.Decompress);
        var row = 1 + _pixels.CodedLength(header.StoredWidth) + PngFilter.Slack;
        (_row, _above, _coded) = (ArrayPool<byte>.Shared.Rent(row), ArrayPool<byte>.Shared.Rent(row), ArrayPool<byte>.Shared.Rent(Math.Max(row, Block)));
    }

    /// <param name="file">The whole file, complete according to <see cref="PngHeader"/>; its chunks of pixels are joined in place.</param>
    /// <param name="header">What it says of itself.</param>
    /// <param name="rows">Gets all rows.</param>
    /// <exception cref="InvalidDataException">The pixels are damaged.</exception>
    /// <exception cref="EndOfStreamException">There are too few of them.</exception>
    public static void Read(ArraySegment<byte> file, ImageHeader header, IRowSink rows)
    {
        var chunks = PngChunks.Of(file);
        using var reader = new PngReader(chunks, header);
        try
        {
            if (chunks.Interlaced)
                reader.ReadPasses(rows);
            else
                reader.ReadPass(header.StoredWidth, header.StoredHeight, (row, _) => rows.Write(row));

            // Asking for more makes the decompressor compare its checksum.
            reader._stream.ReadByte();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("the pixels of the PNG file are damaged", e);
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        foreach (var buffer in new[] { _row, _above, _coded })
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private void ReadPasses(IRowSink rows)
    {
        var image = PixelImage.Allocate(_header.StoredWidth, _header.StoredHeight, _header.DecodedChannels, _header.Bits);
        var size = image.Channels * image.Bits / 8;
        foreach (var (left, top, stepX, stepY) in Adam7)
        {
            var (width, height) = ((image.Width - left + stepX - 1) / stepX, (image.Height - top + stepY - 1) / stepY);
            if (width > 0)
                ReadPass(width, height, Scatter);

            void Scatter(ReadOnlySpan<byte> row, int y)
            {
                var into = image.Samples.AsSpan((((top + (y * stepY)) * image.Width) + left) * size);
                for (var x = 0; x < width; x++)
                    row.Slice(x * size, size).CopyTo(into[(x * stepX * size)..]);
            }
        }

        Resample.Feed(image.Samples, image.Stride, rows);
    }

    private void ReadPass(int width, int height, Action<ReadOnlySpan<byte>, int> take)
    {
        var length = _pixels.CodedLength(width);
        Array.Clear(_above);
        for (var y = 0; y < height; y++)
        {
            var coded = Next(1 + length);
            PngFilter.Undo(coded[0], coded[1..], _above.AsSpan(0, length + PngFilter.Slack), _row.AsSpan(0, length + PngFilter.Slack), _pixels.FilterUnit);
            take(_pixels.Convert(_row.AsSpan(0, length), width), y);
            (_row, _above) = (_above, _row);
        }
    }

    // The next bytes of the decompressed stream, and slack.
    private ReadOnlySpan<byte> Next(int length)
    {
        if (_end - _at < length)
        {
            _coded.AsSpan(_at.._end).CopyTo(_coded);
            (_at, _end) = (0, _end - _at);
            _end += _stream.ReadAtLeast(_coded.AsSpan(_end..^PngFilter.Slack), length - _end);
        }

        var next = _coded.AsSpan(_at, length + PngFilter.Slack);
        _at += length;
        return next;
    }
}
