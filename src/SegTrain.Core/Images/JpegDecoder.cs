using BitMiracle.LibJpeg.Classic;

namespace SegTrain.Core.Images;

/// <summary>
/// JPEG (ITU-T T.81) by LibJpeg.NET, which says of damage what libjpeg says. It decodes to planes of samples, whole or at a fraction of their size, a few
/// rows at a time; <see cref="JpegPlane"/> and <see cref="JpegColors"/> make rows of pixels of them.
/// </summary>
internal sealed class JpegDecoder
{
    private const int BlockSide = 8;

    // Many files have ten, and each costs time for every block of the picture.
    private const int MostScans = 100;

    private readonly jpeg_decompress_struct _library;
    private readonly JpegColors _colors;
    private readonly JpegPlane[] _planes;
    private readonly byte[][][][] _buffers;
    private readonly int _reduction;
    private readonly int _step;

    private JpegDecoder(ArraySegment<byte> file, ImageHeader header, int reduction)
    {
        _library = new jpeg_decompress_struct(new Faults()) { Src = new WholeFile(file), Progress = new jpeg_progress_mgr() };
        _library.Progress.OnProgress += (_, _) => BeforeRows();
        _library.jpeg_save_markers((int)JPEG_MARKER.APP14, 12);
        _library.jpeg_read_header(true);
        if ((_library.Image_width, _library.Image_height) != (header.StoredWidth, header.StoredHeight))
            throw new InvalidDataException($"the JPEG file has a second header of {_library.Image_width} x {_library.Image_height} pixels");
        _colors = new JpegColors(_library.Jpeg_color_space, _library.Marker_list.Any(static marker => marker.Data.AsSpan().StartsWith("Adobe"u8)));

        // The library's own colours would be doubled by a cosine transform of twice the side, which is slow and differs from what others show.
        (_library.Raw_data_out, _library.Do_fancy_upsampling, _library.Do_block_smoothing) = (true, false, false);
        _library.Out_color_space = _library.Jpeg_color_space;
        _library.jpeg_start_decompress();
        _planes = Planes(_library.Comp_info[.._library.Num_components], header, reduction);
        (_reduction, _step) = (reduction, _library.Max_v_samp_factor * BlockSide);
        _buffers = [[.. _planes.Select(static plane => plane.Even)], [.. _planes.Select(static plane => plane.Odd)]];
    }

    public static string Name => $"LibJpeg.NET {typeof(jpeg_decompress_struct).Assembly.GetName().Version!.ToString(3)}";

    /// <summary>What the sides may be divided by in decoding, 1, 2, 4 or 8, so that at least the wanted pixels remain.</summary>
    public static int Reduction(ImageHeader header, int width, int height)
    {
        var reduction = BlockSide;
        while (reduction > 1 && ((header.StoredWidth + reduction - 1) / reduction < width || (header.StoredHeight + reduction - 1) / reduction < height))
            reduction /= 2;
        return reduction;
    }

    /// <param name="file">The whole file, at the start of its array.</param>
    /// <param name="header">What it says of itself.</param>
    /// <param name="reduction">What the sides are divided by, rounded up; see <see cref="Reduction"/>.</param>
    /// <param name="rows">Gets all rows.</param>
    /// <exception cref="InvalidDataException">The library's own words.</exception>
    /// <exception cref="EndOfStreamException">The file ends too early.</exception>
    public static void Decode(ArraySegment<byte> file, ImageHeader header, int reduction, IRowSink rows)
    {
        try
        {
            new JpegDecoder(file, header, reduction).Decode(rows);
        }
        catch (Exception e) when (e is not (InvalidDataException or EndOfStreamException or OutOfMemoryException))
        {
            // Damaged files make the library stumble over its own arithmetic here and there.
            throw new InvalidDataException("the pixels of the JPEG file are damaged", e);
        }
    }

    private void Decode(IRowSink rows)
    {
        var (width, height) = ((_library.Image_width + _reduction - 1) / _reduction, (_library.Image_height + _reduction - 1) / _reduction);
        var row = new byte[(width * _colors.Channels) + JpegColors.Slack];
        for (var (y, part) = (0, 0); _library.Output_scanline < _library.Image_height; part ^= 1)
        {
            _library.jpeg_read_raw_data(_buffers[part], _step);

            // The last row needs the colours of the rows to come.
            for (var end = _library.Output_scanline < _library.Image_height ? (_library.Output_scanline / _reduction) - 1 : height; y < end; y++)
            {
                _colors.Convert(_planes, y, row);
                rows.Write(row.AsSpan(0, width * _colors.Channels));
            }
        }

        _library.jpeg_finish_decompress();
    }

    private static JpegPlane[] Planes(jpeg_component_info[] parts, ImageHeader header, int reduction)
    {
        var (finestAcross, finestDown) = (parts.Max(static part => part.H_samp_factor), parts.Max(static part => part.V_samp_factor));
        return [.. parts.Select(part => new JpegPlane(
            part, Factor(finestAcross, part.H_samp_factor), Factor(finestDown, part.V_samp_factor), reduction, header.StoredWidth, header.StoredHeight))];

        static int Factor(int finest, int samples) => (finest / (double)samples) switch
        {
            1 => 1,
            2 => 2,
            4 => 4,
            _ => throw new InvalidDataException($"JPEG with {samples} samples of a component for {finest} of another is not supported"),
        };
    }

    private void BeforeRows()
    {
        if (_library.Input_scan_number > MostScans)
            throw new InvalidDataException($"the JPEG file has more than {MostScans} scans");
        if (_library.Input_iMCU_row == 0)
            JpegRestarts.CountAnew(_library);
    }

    private sealed class WholeFile(ArraySegment<byte> file) : jpeg_source_mgr
    {
        public override void init_source() => initInternalBuffer(file.Array!, file.Count);

        public override bool fill_input_buffer() => throw new EndOfStreamException();
    }

    /// <summary>Where libjpeg goes on after damage with what it makes up, this does not.</summary>
    private sealed class Faults : jpeg_error_mgr
    {
        private J_MESSAGE_CODE _code;

        public override void error_exit() => throw new InvalidDataException($"the JPEG file cannot be decoded ({format_message()})");

        // Bytes between segments, odd versions and the like are warned of too and change no pixel.
        public override void emit_message(int msg_level)
        {
            if (msg_level >= 0)
                return;
            var words = format_message();
            if (_code is not (J_MESSAGE_CODE.JWRN_EXTRANEOUS_DATA or J_MESSAGE_CODE.JWRN_JFIF_MAJOR or J_MESSAGE_CODE.JWRN_ADOBE_XFORM or J_MESSAGE_CODE.JWRN_NOT_SEQUENTIAL))
                throw new InvalidDataException($"the pixels are damaged ({words})");
        }

        protected override string GetMessageText(int code)
        {
            _code = (J_MESSAGE_CODE)code;
            return base.GetMessageText(code);
        }
    }
}
