using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BitMiracle.LibJpeg.Classic;

namespace SegTrain.Core.Images;

/// <summary>Rows of grey or RGB from the components of a JPEG file.</summary>
/// <param name="space">What the components are.</param>
/// <param name="inverted">Inks are what is left of white, as Adobe's programs write them.</param>
internal sealed class JpegColors(J_COLOR_SPACE space, bool inverted)
{
    /// <summary>Four pixels are written as sixteen bytes, and the last four may be beyond the end.</summary>
    public const int Slack = 16;

    /// <summary>Of a pixel: 1 or 3.</summary>
    public int Channels => space == J_COLOR_SPACE.JCS_GRAYSCALE ? 1 : 3;

    /// <param name="planes">The components.</param>
    /// <param name="y">The row.</param>
    /// <param name="row">Gets its pixels; <see cref="Slack"/> longer.</param>
    public void Convert(JpegPlane[] planes, int y, Span<byte> row)
    {
        var first = planes[0].Line(y);
        var count = (row.Length - Slack) / Channels;
        switch (space)
        {
            case J_COLOR_SPACE.JCS_GRAYSCALE:
                first[..count].CopyTo(row);
                break;
            case J_COLOR_SPACE.JCS_RGB:
                Join(first, planes[1].Line(y), planes[2].Line(y), row, count);
                break;
            case J_COLOR_SPACE.JCS_YCbCr:
                Decorrelate(first, planes[1].Line(y), planes[2].Line(y), row, count);
                break;
            case J_COLOR_SPACE.JCS_CMYK:
                Join(first, planes[1].Line(y), planes[2].Line(y), row, count);
                Print(planes[3].Line(y), row, count, inverted ? 0 : 255, inverted ? 0 : 255);
                break;
            case J_COLOR_SPACE.JCS_YCCK:
                Decorrelate(first, planes[1].Line(y), planes[2].Line(y), row, count);
                Print(planes[3].Line(y), row, count, 255, 0);
                break;
            default:
                throw new InvalidDataException($"JPEG with colours of the kind {space} is not supported; save it as RGB");
        }
    }

    private static void Join(ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue, Span<byte> row, int count)
    {
        for (var (x, at) = (0, 0); x < count; x++, at += 3)
            (row[at], row[at + 1], row[at + 2]) = (red[x], green[x], blue[x]);
    }

    // JFIF's equations (ITU-T T.871) in 16-bit fixed point, four pixels at once.
    private static void Decorrelate(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> blueness, ReadOnlySpan<byte> redness, Span<byte> row, int count)
    {
        var (half, order) = (Vector128.Create(1 << 15), Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15));
        for (var (x, at) = (0, 0); x < count; x += 4, at += 12)
        {
            var (y, cb, cr) = (Four(luma, x), Four(blueness, x) - Vector128.Create(128), Four(redness, x) - Vector128.Create(128));
            var red = Level(y + (((cr * 91881) + half) >> 16));
            var green = Level(y + (((cb * -22554) - (cr * 46802) + half) >> 16));
            var blue = Level(y + (((cb * 116130) + half) >> 16));
            Vector128.Shuffle((red | (green << 8) | (blue << 16)).AsByte(), order).CopyTo(row[at..]);
        }
    }

    private static Vector128<int> Four(ReadOnlySpan<byte> samples, int x)
    {
        var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref MemoryMarshal.GetReference(samples[x..]))).AsByte();
        return Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
    }

    private static Vector128<int> Level(Vector128<int> value) => Vector128.Min(Vector128.Max(value, Vector128<int>.Zero), Vector128.Create(255));

    // What is left of white where colours are printed over each other and black over them; values are flipped first where they are the ink itself.
    private static void Print(ReadOnlySpan<byte> black, Span<byte> row, int count, int flipColor, int flipBlack)
    {
        for (var i = 0; i < count * 3; i++)
            row[i] = (byte)((((row[i] ^ flipColor) * (black[i / 3] ^ flipBlack)) + 127) / 255);
    }
}
