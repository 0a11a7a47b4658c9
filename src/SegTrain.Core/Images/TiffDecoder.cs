using System.Buffers;
using System.Runtime.InteropServices;

namespace SegTrain.Core.Images;

/// <summary>The pixels of the first page of a TIFF file, a row at a time, or as many rows as a tile has.</summary>
internal sealed class TiffDecoder
{
    private readonly TiffLayout _layout;
    private readonly TiffSamples _samples;
    private readonly TiffColors _colors;
    private readonly TiffPlane[] _planes;
    private readonly byte[] _stored;
    private readonly int _stride;

    private TiffDecoder(ArraySegment<byte> file, ImageHeader header, TiffLayout layout)
    {
        _layout = layout;
        (_samples, _colors) = (new TiffSamples(_layout), new TiffColors(_layout, header));
        _planes = [.. Enumerable.Range(0, _layout.Planes).Select(plane => new TiffPlane(file, _layout, plane))];
        (_stored, _stride) = (new byte[_layout.Stride], checked(_layout.Width * _layout.Samples * _samples.Size));
    }

    /// <param name="file">The whole file.</param>
    /// <param name="header">What it says of itself.</param>
    /// <param name="rows">Gets all rows.</param>
    /// <exception cref="InvalidDataException">The pixels are damaged, or are no numbers.</exception>
    public static void Decode(ArraySegment<byte> file, ImageHeader header, IRowSink rows)
    {
        try
        {
            var stream = new MemoryStream(file.Array!, file.Offset, file.Count);
            var reader = TiffReader.Open(stream, 0);
            var page = TiffDirectory.Read(reader, reader.First);
            if (TiffHeader.InnerJpeg(stream, page) is { } jpeg)
                JpegDecoder.Decode(jpeg, header, 1, rows);
            else
                new TiffDecoder(file, header, TiffLayout.Of(page, reader)).Decode(rows);
        }
        catch (Exception e) when (e is not (InvalidDataException or EndOfStreamException or OutOfMemoryException))
        {
            // Damaged files make the library stumble over its own arithmetic here and there.
            throw new InvalidDataException("the pixels of the TIFF file are damaged", e);
        }
    }

    private void Decode(IRowSink rows)
    {
        var high = _layout.Tiled ? Math.Min(_layout.BlockHeight, _layout.Height) : 1;
        var band = ArrayPool<byte>.Shared.Rent(checked(_stride * high));
        try
        {
            for (var top = 0; top < _layout.Height; top += high)
            {
                var count = Math.Min(high, _layout.Height - top);
                for (var plane = 0; plane < _planes.Length; plane++)
                {
                    for (var column = 0; column < _layout.BlocksAcross; column++)
                    {
                        for (var y = 0; y < count; y++)
                            Read(plane, column, top + y, band.AsSpan(y * _stride, _stride));
                    }
                }

                for (var y = 0; y < count; y++)
                {
                    var row = band.AsSpan(y * _stride, _stride);
                    if (_layout.Floats)
                        RefuseNoNumbers(MemoryMarshal.Cast<byte, float>(row), top + y);
                    rows.Write(_colors.Convert(row));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(band);
        }
    }

    // What a block has of a row.
    private void Read(int plane, int column, int y, Span<byte> row)
    {
        var left = column * _layout.BlockWidth;
        _planes[plane].Read((y / _layout.BlockHeight * _layout.BlocksAcross) + column, y % _layout.BlockHeight, _stored);
        var count = Math.Min(_layout.BlockWidth, _layout.Width - left) * _layout.SamplesInPlane;
        _samples.Unpack(_stored, count, row[(((left * _layout.Samples) + plane) * _samples.Size)..], _layout.Planes);
    }

    private void RefuseNoNumbers(ReadOnlySpan<float> row, int y)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (!float.IsFinite(row[i]))
                throw new InvalidDataException($"the pixel at x {i / _layout.Samples}, y {y} is {row[i]}");
        }
    }
}
