using System.Runtime.Intrinsics;
using SegTrain.Kernels;

namespace SegTrain.Tests.Kernels;

/// <summary>Which vectors this process has.</summary>
public sealed class VectorWidthTests
{
    /// <summary>A variable: the bits of a vector that a process must have at most, 0 for none in hardware.</summary>
    internal const string Expected = "SEGTRAIN_TEST_VECTOR";

    private static int Here => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>What a processor never had cannot be taken from it.</summary>
    [Fact]
    public void A_process_has_no_more_than_it_was_left()
    {
        if (Environment.GetEnvironmentVariable(Expected) is { } left) Assert.InRange(Here, 0, int.Parse(left, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((16, 8, 4), (Lanes16.Count, Lanes8.Count, Lanes4.Count));
    }
}
