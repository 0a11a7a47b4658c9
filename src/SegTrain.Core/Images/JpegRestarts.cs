using System.Reflection;
using BitMiracle.LibJpeg.Classic;

namespace SegTrain.Core.Images;

/// <summary>
/// What LibJpeg.NET 1.5.324 leaves out: in progressive files it counts the units to the next restart marker on from the scan before, and in the first scan
/// from nothing, where each scan begins anew. The fields have no public face; a test of such a file tells when they change.
/// </summary>
internal static class JpegRestarts
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    private static readonly FieldInfo Interval = typeof(jpeg_decompress_struct).GetField("m_restart_interval", Hidden)!;
    private static readonly FieldInfo Decoder = typeof(jpeg_decompress_struct).GetField("m_entropy", Hidden)!;
    private static readonly FieldInfo ToGo = Decoder.FieldType.Assembly.GetType("BitMiracle.LibJpeg.Classic.Internal.huff_entropy_decoder", true)!.GetField("m_restarts_to_go", Hidden)!;

    public static void CountAnew(jpeg_decompress_struct library) => ToGo.SetValue(Decoder.GetValue(library), Interval.GetValue(library));
}
