using BitMiracle.LibTiff.Classic;
using TiffPredictor = BitMiracle.LibTiff.Classic.Predictor;

namespace SegTrain.Tests.Core.Images;

/// <summary>A small TIFF file written by LibTiff.NET from samples given here, packed bit by bit in this file.</summary>
internal sealed record TiffFile(int Width, int Height)
{
    /// <summary>Of a sample.</summary>
    public int Bits { get; init; } = 8;

    public int Samples { get; init; } = 1;

    public Photometric Photometric { get; init; } = Photometric.MINISBLACK;

    public Compression Compression { get; init; } = Compression.NONE;

    public TiffPredictor Predictor { get; init; } = TiffPredictor.NONE;

    public bool Separate { get; init; }

    public bool BigEndian { get; init; }

    public SampleFormat Format { get; init; } = SampleFormat.UINT;

    public ExtraSample[] Extra { get; init; } = [];

    /// <summary>A side of a tile, or 0 for strips.</summary>
    public int Tile { get; init; }

    public int RowsPerStrip { get; init; } = 5;

    public FillOrder FillOrder { get; init; } = FillOrder.MSB2LSB;

    public Group3Opt Fax { get; init; }

    /// <summary>Red, green and blue of each index, 16 bits each.</summary>
    public ushort[][] Palette { get; init; } = [];

    public int Subsampling { get; init; } = 1;

    public int Pages { get; init; } = 1;

    /// <param name="sample">The bits of a sample at x, y and its number.</param>
    public byte[] Write(Func<int, int, int, uint> sample)
    {
        using var file = new Kept();
        using (var tiff = Tiff.ClientOpen("", BigEndian ? "wb" : "wl", file, new TiffStream()))
        {
            for (var page = 0; page < Pages; page++)
            {
                SetFields(tiff);
                if (Tile > 0)
                    WriteTiles(tiff, sample);
                else
                    WriteStrips(tiff, sample);
                tiff.WriteDirectory();
            }
        }

        return file.ToArray();
    }

    /// <summary>The first strip as it stands in the file.</summary>
    public byte[] WriteStrip(Func<int, int, int, uint> sample)
    {
        using var tiff = Tiff.ClientOpen("", "r", new MemoryStream(Write(sample)), new TiffStream());
        var strip = new byte[tiff.RawStripSize(0)];
        tiff.ReadRawStrip(0, strip, 0, strip.Length);
        return strip;
    }

    private void SetFields(Tiff tiff)
    {
        tiff.SetField(TiffTag.IMAGEWIDTH, Width);
        tiff.SetField(TiffTag.IMAGELENGTH, Height);
        tiff.SetField(TiffTag.BITSPERSAMPLE, Bits);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, Samples);
        tiff.SetField(TiffTag.SAMPLEFORMAT, Format);
        tiff.SetField(TiffTag.COMPRESSION, Compression);
        tiff.SetField(TiffTag.PHOTOMETRIC, Photometric);
        tiff.SetField(TiffTag.PLANARCONFIG, Separate ? PlanarConfig.SEPARATE : PlanarConfig.CONTIG);
        tiff.SetField(TiffTag.FILLORDER, FillOrder);
        if (Compression is Compression.LZW or Compression.DEFLATE or Compression.ADOBE_DEFLATE)
            tiff.SetField(TiffTag.PREDICTOR, Predictor);
        if (Compression == Compression.CCITTFAX3)
            tiff.SetField(TiffTag.GROUP3OPTIONS, Fax);
        if (Extra.Length > 0)
            tiff.SetField(TiffTag.EXTRASAMPLES, Extra.Length, Extra.Select(static extra => (short)extra).ToArray());
        if (Palette.Length > 0)
            tiff.SetField(TiffTag.COLORMAP, Palette[0], Palette[1], Palette[2]);
        if (Photometric == Photometric.YCBCR)
            tiff.SetField(TiffTag.YCBCRSUBSAMPLING, Subsampling, Subsampling);
        if (Compression == Compression.JPEG)
            tiff.SetField(TiffTag.JPEGQUALITY, 100);
        if (Tile > 0)
        {
            tiff.SetField(TiffTag.TILEWIDTH, Tile);
            tiff.SetField(TiffTag.TILELENGTH, Tile);
        }
        else
        {
            tiff.SetField(TiffTag.ROWSPERSTRIP, RowsPerStrip);
        }

        if (Photometric == Photometric.YCBCR && Compression == Compression.JPEG)
            tiff.SetField(TiffTag.JPEGCOLORMODE, JpegColorMode.RGB);
    }

    private void WriteStrips(Tiff tiff, Func<int, int, int, uint> sample)
    {
        for (var plane = 0; plane < (Separate ? Samples : 1); plane++)
        {
            for (var y = 0; y < Height; y++)
                tiff.WriteScanline(Packed(0, y, Width, plane, sample), y, (short)plane);
        }
    }

    // Beyond the picture stands what must not be seen.
    private void WriteTiles(Tiff tiff, Func<int, int, int, uint> sample)
    {
        for (var plane = 0; plane < (Separate ? Samples : 1); plane++)
        {
            for (var top = 0; top < Height; top += Tile)
            {
                for (var left = 0; left < Width; left += Tile)
                {
                    var tile = Enumerable.Range(top, Tile).SelectMany(y => Packed(left, y, Tile, plane, (x, y, s) => x < Width && y < Height ? sample(x, y, s) : ~0u)).ToArray();
                    tiff.WriteEncodedTile(tiff.ComputeTile(left, top, 0, (short)plane), tile, tile.Length);
                }
            }
        }
    }

    // Whole bytes in the machine's order, as the library wants them; others from the highest bit on.
    private byte[] Packed(int left, int y, int width, int plane, Func<int, int, int, uint> sample)
    {
        var samples = (from x in Enumerable.Range(left, width) from s in Separate ? [plane] : Enumerable.Range(0, Samples) select sample(x, y, s)).ToArray();
        return Bits switch
        {
            8 => [.. samples.Select(static value => (byte)value)],
            16 => [.. samples.SelectMany(static value => BitConverter.GetBytes((ushort)value))],
            32 => [.. samples.SelectMany(BitConverter.GetBytes)],
            _ => [.. samples.SelectMany(value => Enumerable.Range(1, Bits).Select(bit => (value >> (Bits - bit)) & 1)).Chunk(8)
                .Select(static eight => (byte)eight.Select(static (bit, i) => bit << (7 - i)).Aggregate(0u, static (a, b) => a | b))],
        };
    }

    /// <summary>Still there when the library has closed it.</summary>
    private sealed class Kept : MemoryStream
    {
        public override void Close()
        {
        }
    }
}
