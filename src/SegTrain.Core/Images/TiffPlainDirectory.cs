using System.Buffers.Binary;
using BitMiracle.LibTiff.Classic;

namespace SegTrain.Core.Images;

/// <summary>
/// A TIFF directory of the plainest kind for one plane of a file: its blocks, be they tiles or strips, one below the other as strips, and bytes for samples
/// where the compression knows none.
/// </summary>
internal static class TiffPlainDirectory
{
    /// <param name="layout">Of the file.</param>
    /// <param name="plane">From 0.</param>
    /// <param name="start">Where the directory will be.</param>
    public static (byte[] Header, byte[] Directory) Of(TiffLayout layout, int plane, int start)
    {
        var jpeg = layout.Compression == TiffCompression.Jpeg;
        var samples = TiffCompression.IsFax(layout.Compression) || jpeg;
        var blocks = (plane * layout.Blocks)..((plane + 1) * layout.Blocks);
        var fields = new List<(TiffTag Tag, TiffType Type, long[] Values)>
        {
            (TiffTag.IMAGEWIDTH, TiffType.LONG, [samples ? layout.BlockWidth : layout.Stride]),
            (TiffTag.IMAGELENGTH, TiffType.LONG, [layout.Tiled ? layout.Blocks * layout.BlockHeight : layout.Height]),
            (TiffTag.BITSPERSAMPLE, TiffType.SHORT, [samples ? layout.Bits : 8]),
            (TiffTag.COMPRESSION, TiffType.SHORT, [layout.Compression]),
            (TiffTag.PHOTOMETRIC, TiffType.SHORT, [(long)(TiffColors.AreCorrelated(layout) ? Photometric.YCBCR : Photometric.MINISBLACK)]),
            (TiffTag.FILLORDER, TiffType.SHORT, [layout.FillOrder == 2 ? 2 : 1]),

            // Those of a block that is not there are never used.
            (TiffTag.STRIPOFFSETS, TiffType.LONG, [.. layout.Offsets[blocks].Select(static offset => Math.Max(1, offset))]),
            (TiffTag.SAMPLESPERPIXEL, TiffType.SHORT, [samples ? layout.SamplesInPlane : 1]),
            (TiffTag.ROWSPERSTRIP, TiffType.LONG, [layout.BlockHeight]),
            (TiffTag.STRIPBYTECOUNTS, TiffType.LONG, [.. layout.Counts[blocks].Select(static count => Math.Max(1, count))]),
        };
        if (layout.Compression is 3 or TiffCompression.Fax4)
            fields.Add((layout.Compression == 3 ? TiffTag.GROUP3OPTIONS : TiffTag.GROUP4OPTIONS, TiffType.LONG, [layout.FaxOptions]));
        if (jpeg && layout.JpegTables.Length > 0)
            fields.Add((TiffTag.JPEGTABLES, TiffType.UNDEFINED, [.. layout.JpegTables]));
        if (TiffColors.AreCorrelated(layout) && layout.Subsampling is [_, _])
            fields.Add((TiffTag.YCBCRSUBSAMPLING, TiffType.SHORT, layout.Subsampling));

        var header = new Numbers(layout.LittleEndian);
        header.Write(layout.LittleEndian ? 0x4949 : 0x4D4D, 2);
        header.Write(42, 2);
        header.Write(start, 4);
        return (header.ToArray(), Written(fields, start, layout.LittleEndian));
    }

    private static byte[] Written(List<(TiffTag Tag, TiffType Type, long[] Values)> fields, int start, bool littleEndian)
    {
        var (directory, values) = (new Numbers(littleEndian), new Numbers(littleEndian));
        var behind = start + 2 + (fields.Count * 12) + 4;
        directory.Write(fields.Count, 2);
        foreach (var (tag, type, numbers) in fields)
        {
            var size = type switch { TiffType.SHORT => 2, TiffType.LONG => 4, _ => 1 };
            var fits = numbers.Length * size <= 4;
            directory.Write((long)tag, 2);
            directory.Write((long)type, 2);
            directory.Write(numbers.Length, 4);
            if (!fits)
                directory.Write(behind + values.Length, 4);
            foreach (var number in numbers)
                (fits ? directory : values).Write(number, size);
            if (fits)
                directory.Write(0, 4 - (numbers.Length * size));
        }

        directory.Write(0, 4);
        values.WriteTo(directory);
        return directory.ToArray();
    }

    private sealed class Numbers(bool littleEndian) : MemoryStream
    {
        public void Write(long value, int size)
        {
            Span<byte> bytes = stackalloc byte[8];
            if (littleEndian)
                BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            else
                BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            Write(littleEndian ? bytes[..size] : bytes[^size..]);
        }
    }
}
