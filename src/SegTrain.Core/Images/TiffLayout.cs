using BitMiracle.LibTiff.Classic;

namespace SegTrain.Core.Images;

/// <summary>
/// How a page of a TIFF file (TIFF 6.0, BigTIFF) keeps its pixels, checked: every block is where the directory says and large enough. Blocks are strips
/// of rows, or tiles; each is compressed by itself. Where samples are kept in planes, the blocks of the second plane follow those of the first, and so on.
/// </summary>
internal sealed record TiffLayout
{
    // A block that is not there is all zeros; that many of its pixels are believed.
    private const long MostInAbsent = 1 << 20;

    public required bool LittleEndian { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Of a stored sample: 1 to 16, or 32 where samples are <see cref="Floats"/>.</summary>
    public required int Bits { get; init; }

    public required bool Floats { get; init; }

    /// <summary>Of a pixel.</summary>
    public required int Samples { get; init; }

    /// <summary>Whether samples are kept in planes.</summary>
    public required bool Separate { get; init; }

    public required int Compression { get; init; }

    /// <summary>1 for none, 2 where samples are differences, 3 where the bytes of floats are.</summary>
    public required int Predictor { get; init; }

    /// <summary>What samples mean, see <see cref="TiffColors"/>.</summary>
    public required int Photometric { get; init; }

    /// <summary>For each sample besides the colours: 0 anything, 1 opacity that colours are multiplied by, 2 opacity by itself.</summary>
    public required long[] Extra { get; init; }

    /// <summary>All reds, then all greens, then all blues.</summary>
    public required long[] Palette { get; init; }

    /// <summary>2 where the first pixel is in the lowest bit.</summary>
    public required int FillOrder { get; init; }

    public required int BlockWidth { get; init; }

    public required int BlockHeight { get; init; }

    public required bool Tiled { get; init; }

    public required long[] Offsets { get; init; }

    /// <summary>0 for a block of zeros that is not there.</summary>
    public required long[] Counts { get; init; }

    /// <summary>Bytes of all blocks.</summary>
    public long Stored { get; private init; }

    /// <summary>What fax codes need besides.</summary>
    public required long FaxOptions { get; init; }

    /// <summary>What JPEG blocks need besides.</summary>
    public required byte[] JpegTables { get; init; }

    /// <summary>Of the colours of JPEG blocks, across and down.</summary>
    public required long[] Subsampling { get; init; }

    public int Planes => Separate ? Samples : 1;

    public int SamplesInPlane => Separate ? 1 : Samples;

    public int BlocksAcross => (int)(((long)Width + BlockWidth - 1) / BlockWidth);

    public int BlocksDown => (int)(((long)Height + BlockHeight - 1) / BlockHeight);

    /// <summary>In each plane.</summary>
    public int Blocks => BlocksAcross * BlocksDown;

    /// <summary>Bytes of a row of a decoded block.</summary>
    public long Stride => (((long)BlockWidth * SamplesInPlane * Bits) + 7) / 8;

    /// <summary>See <see cref="ImageHeader.MostPixels"/>.</summary>
    public long MostPixels => (Stored * 8 / Bits * TiffCompression.MostUnpacked(Compression, Width))
        + (Counts.Count(static count => count == 0) * Math.Min((long)BlockWidth * BlockHeight, MostInAbsent));

    /// <exception cref="InvalidDataException">It contradicts itself, or is of a kind that is not read.</exception>
    /// <exception cref="EndOfStreamException">Pixels are missing.</exception>
    public static TiffLayout Of(TiffDirectory page, TiffReader reader)
    {
        var compression = Small(page, TiffTag.COMPRESSION, TiffCompression.None);
        TiffCompression.Check(compression);
        var (width, height) = (Small(page, TiffTag.IMAGEWIDTH, 0), Small(page, TiffTag.IMAGELENGTH, 0));
        var tiled = page.Values(TiffTag.TILEOFFSETS).Length > 0;
        var layout = new TiffLayout
        {
            LittleEndian = reader.LittleEndian,
            Width = width,
            Height = height,
            Bits = Common(page, TiffTag.BITSPERSAMPLE, 1, "depths"),
            Floats = Common(page, TiffTag.SAMPLEFORMAT, 1, "kinds") == 3,
            Samples = Small(page, TiffTag.SAMPLESPERPIXEL, 1),
            Separate = page[TiffTag.PLANARCONFIG, 1] == 2,
            Compression = compression,
            Predictor = TiffCompression.HasPredictor(compression) ? Small(page, TiffTag.PREDICTOR, 1) : 1,
            Photometric = Small(page, TiffTag.PHOTOMETRIC, TiffColors.NotSaid),
            Extra = page.Values(TiffTag.EXTRASAMPLES),
            Palette = page.Values(TiffTag.COLORMAP),
            FillOrder = Small(page, TiffTag.FILLORDER, 1),
            BlockWidth = tiled ? Small(page, TiffTag.TILEWIDTH, 0) : width,
            BlockHeight = tiled ? Small(page, TiffTag.TILELENGTH, 0) : Math.Min(Small(page, TiffTag.ROWSPERSTRIP, height), height),
            Tiled = tiled,
            Offsets = page.Values(tiled ? TiffTag.TILEOFFSETS : TiffTag.STRIPOFFSETS),
            Counts = page.Values(tiled ? TiffTag.TILEBYTECOUNTS : TiffTag.STRIPBYTECOUNTS),
            FaxOptions = page[compression == TiffCompression.Fax4 ? TiffTag.GROUP4OPTIONS : TiffTag.GROUP3OPTIONS, 0],
            JpegTables = [.. page.Values(TiffTag.JPEGTABLES).Select(static value => (byte)value)],
            Subsampling = page.Values(TiffTag.YCBCRSUBSAMPLING),
        };
        if (page.Values(TiffTag.SAMPLEFORMAT).Contains(2))
            throw new InvalidDataException("TIFF with signed samples is not supported; save it with unsigned or 32-bit floating-point ones");
        layout.CheckKind();
        return layout.CheckBlocks(reader.File.Length);
    }

    private static int Small(TiffDirectory page, TiffTag tag, int otherwise) => (int)Math.Min(page[tag, otherwise], int.MaxValue);

    private static int Common(TiffDirectory page, TiffTag tag, int otherwise, string what)
    {
        var values = page.Values(tag);
        return values.AsSpan().ContainsAnyExcept(values.FirstOrDefault())
            ? throw new InvalidDataException($"TIFF with samples of different {what} is not supported") : (int)Math.Min(values.FirstOrDefault(otherwise), int.MaxValue);
    }

    private void CheckKind()
    {
        if (Floats ? Bits != 32 : Bits is < 1 or > 16)
            throw new InvalidDataException($"TIFF with {Bits}-bit {(Floats ? "floating-point" : "integer")} samples is not supported; save it with 8 or 16 unsigned bits or as 32-bit floating point");
        if (Samples < 1)
            throw Damaged();
        var fits = Predictor switch { 1 => true, 2 => Bits is 8 or 16 or 32, 3 => Floats, _ => false };
        if (!fits)
            throw new InvalidDataException($"TIFF with the predictor {Predictor} for {Bits} bits a sample is not supported");
        if ((TiffCompression.IsFax(Compression) && (Bits != 1 || SamplesInPlane != 1)) || (Compression == TiffCompression.Jpeg && Bits != 8))
            throw new InvalidDataException($"TIFF with {Samples} samples of {Bits} bits in this compression is not supported");
    }

    private TiffLayout CheckBlocks(long length)
    {
        if (Width < 1 || Height < 1)
            return this;
        if (BlockWidth < 1 || BlockHeight < 1)
            throw Damaged();

        // A row of a block is taken into memory, and all rows are counted together.
        var (needed, rows) = ((long)BlocksAcross * BlocksDown * Planes, (long)BlocksAcross * BlocksDown * BlockHeight);
        if (BlockWidth > Math.Max(4096L, Width + 15L) || Stride > Array.MaxLength / 2 || rows > int.MaxValue)
            throw Damaged();
        if (Offsets.Length < needed || Counts.Length < needed)
            throw new InvalidDataException($"the TIFF file has {Math.Min(Offsets.Length, Counts.Length)} of {needed} blocks of pixels");
        for (var i = 0; i < needed; i++)
        {
            var (offset, count) = (Offsets[i], Counts[i]);
            if (count != 0 && (offset < 1 || count < 0 || offset > length - count || (Compression == TiffCompression.None && count < Stride * Rows(i))))
                throw new EndOfStreamException();
        }

        var counts = Counts[..(int)needed];
        return this with { Offsets = Offsets[..(int)needed], Counts = counts, Stored = Math.Min(counts.Sum(), length) };
    }

    // The last strips are cut off where the picture ends, and tiles are not.
    private int Rows(int block) => Tiled ? BlockHeight : Math.Min(BlockHeight, Height - (block % BlocksDown * BlockHeight));

    private static InvalidDataException Damaged() => new("the TIFF directory is damaged");
}
