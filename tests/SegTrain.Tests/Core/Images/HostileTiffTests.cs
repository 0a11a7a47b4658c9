using SegTrain.Core;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Images;

/// <summary>BigTIFF files whose directories promise what no file holds.</summary>
public sealed class HostileTiffTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Places and lengths whose sum is beyond 64 bits, and fields that all claim the same megabyte.</summary>
    [Fact]
    public void They_are_refused_and_cost_nothing()
    {
        Refused(folder.Write("far.tif", BigTiff((256, 3, 1, 9), (257, 3, 1, 9), (273, 16, 1, long.MaxValue), (279, 16, 1, long.MaxValue))));
        Refused(folder.Write("lonely.tif", BigTiff((256, 3, 1, 9), (257, 3, 1, 9), (279, 16, 1, 1L << 62))));

        var many = BigTiff([.. Enumerable.Range(1000, 3000).Select(static tag => (tag, 1, 1L << 20, 16L))]);
        var path = folder.Write("many.tif", [.. many, .. new byte[1 << 20]]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    private static byte[] BigTiff(params (int Tag, int Type, long Count, long Value)[] fields)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write((byte[])[(byte)'I', (byte)'I', 43, 0, 8, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write((long)fields.Length);
        foreach (var (tag, type, count, value) in fields)
        {
            writer.Write((ushort)tag);
            writer.Write((ushort)type);
            writer.Write(count);
            writer.Write(value);
        }

        writer.Write(0L);
        writer.Flush();
        return file.ToArray();
    }

    private static void Refused(string path)
    {
        var error = Assert.Throws<SegTrainException>(() => ImageFile.Read(path));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.StartsWith(path + ": ", error.Message);
    }
}
