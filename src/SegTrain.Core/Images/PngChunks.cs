using System.Buffers.Binary;

namespace SegTrain.Core.Images;

/// <summary>The parts of a PNG file that its pixels need.</summary>
/// <param name="Depth">Bits a sample in the file.</param>
/// <param name="Color">0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.</param>
/// <param name="Interlaced">Whether the pixels come in seven passes.</param>
/// <param name="Palette">RGB triples.</param>
/// <param name="Alpha">Opacity of the first colours of the palette.</param>
/// <param name="Coded">The compressed pixels, all chunks as one.</param>
internal readonly record struct PngChunks(
    int Depth, int Color, bool Interlaced, ArraySegment<byte> Palette, ArraySegment<byte> Alpha, ArraySegment<byte> Coded)
{
    /// <param name="file">A file that <see cref="PngHeader"/> has read. The chunks of pixels are moved together in place.</param>
    public static PngChunks Of(ArraySegment<byte> file)
    {
        ArraySegment<byte> palette = [], alpha = [];
        var (start, end) = (0, 0);
        for (var at = PngHeader.SignatureLength; ;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var name = file.AsSpan(at + 4, 4);
            var data = file.Slice(at + 8, length);
            at += length + 12;
            if (name.SequenceEqual("PLTE"u8))
                palette = data;
            else if (name.SequenceEqual("tRNS"u8))
                alpha = data;
            else if (name.SequenceEqual("IEND"u8))
                break;
            if (!name.SequenceEqual("IDAT"u8))
                continue;
            (start, end) = end == 0 ? (data.Offset, data.Offset) : (start, end);
            data.AsSpan().CopyTo(file.Array.AsSpan(end));
            end += data.Count;
        }

        var header = file.AsSpan(PngHeader.SignatureLength + 8, 13);
        return new(header[8], header[9], header[12] != 0, palette, alpha, new(file.Array!, start, end - start));
    }
}
