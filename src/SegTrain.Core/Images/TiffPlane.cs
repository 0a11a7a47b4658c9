using BitMiracle.LibTiff.Classic;

namespace SegTrain.Core.Images;

/// <summary>
/// Unpacks the blocks of one plane of a TIFF file by LibTiff.NET. The library sees the file behind a directory made for it, see
/// <see cref="TiffPlainDirectory"/>, so that only what <see cref="TiffLayout"/> has checked reaches it.
/// </summary>
internal sealed class TiffPlane
{
    private readonly TiffLayout _layout;
    private readonly int _first;
    private readonly Source _source;
    private readonly Tiff _library;

    static TiffPlane() => Tiff.SetErrorHandler(new Faults());

    public TiffPlane(ArraySegment<byte> file, TiffLayout layout, int plane)
    {
        (_layout, _first) = (layout, plane * layout.Blocks);
        _source = new Source(file, TiffPlainDirectory.Of(layout, plane, file.Count));
        _library = Tiff.ClientOpen("", "r", _source, _source) ?? throw Damaged();
        if (TiffColors.AreCorrelated(layout))
            _library.SetField(TiffTag.JPEGCOLORMODE, JpegColorMode.RGB);
        _source.Fault = null;
    }

    public static string Name => $"LibTiff.NET {typeof(Tiff).Assembly.GetName().Version!.ToString(3)}";

    /// <param name="block">From 0 in each plane.</param>
    /// <param name="row">Of the block. The next one is at hand; for an earlier one the block is unpacked anew.</param>
    /// <param name="into">Gets <see cref="TiffLayout.Stride"/> bytes.</param>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public void Read(int block, int row, byte[] into)
    {
        if (_layout.Counts[_first + block] == 0)
            Array.Clear(into);
        else if (!_library.ReadScanline(into, (block * _layout.BlockHeight) + row) || _source.Fault is not null)
            throw Damaged();
    }

    private InvalidDataException Damaged() => new($"the pixels of the TIFF file are damaged ({_source.Fault ?? "they cannot be unpacked"})");

    /// <summary>The file, but with a header and directory of our own, and what the library had to say of it.</summary>
    private sealed class Source(ArraySegment<byte> file, (byte[] Header, byte[] Directory) plain) : TiffStream
    {
        private long _at;

        public string? Fault { get; set; }

        public override int Read(object clientData, byte[] buffer, int offset, int count)
        {
            var from = _at < plain.Header.Length ? plain.Header.AsSpan((int)_at)
                : _at < file.Count ? file.AsSpan((int)_at)
                : plain.Directory.AsSpan((int)Math.Min(_at - file.Count, plain.Directory.Length));
            from = from[..Math.Min(count, from.Length)];
            from.CopyTo(buffer.AsSpan(offset));
            _at += from.Length;
            return from.Length;
        }

        public override long Seek(object clientData, long offset, SeekOrigin origin) =>
            _at = Math.Max(0, offset + (origin == SeekOrigin.Begin ? 0 : origin == SeekOrigin.Current ? _at : Size(clientData)));

        public override long Size(object clientData) => file.Count + (long)plain.Directory.Length;

        public override void Write(object clientData, byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Close(object clientData)
        {
        }
    }

    /// <summary>The library has one handler for all its files; each remembers the first thing that was wrong with it, and nothing is written anywhere.</summary>
    private sealed class Faults : TiffErrorHandler
    {
        // Odd but sound: codes of 1990, strips without an end mark, another sampling than declared, and what libjpeg warns of that changes no pixel.
        private static readonly string[] Odd = ["Old-style LZW", "with EOI code", "sampling", "extraneous", "JFIF", "Adobe"];

        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
            if (clientData is Source source)
                source.Fault ??= string.Format(format.Replace("{0}: ", "", StringComparison.Ordinal), args);
        }

        // Where pixels are missing the library makes some up and warns.
        public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
            var words = string.Format(format, args);
            if (!Array.Exists(Odd, odd => words.Contains(odd, StringComparison.Ordinal)))
                ErrorHandlerExt(tif, clientData, method, format, args);
        }
    }
}
