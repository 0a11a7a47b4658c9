using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SegTrain.Tests.Support;

/// <summary>What two runs that are the same have in common, bit for bit.</summary>
internal static class RunBits
{
    private static readonly string[] Tensors = ["last/model.safetensors", "last/optimizer.safetensors", "best/model.safetensors"];

    /// <summary>Everything: metrics.csv, and a configuration, weights and optimizer in one.</summary>
    public static void AssertSame(string run, string other)
    {
        AssertSameMetrics(run, other);
        Assert.All(Tensors, file => Assert.Equal(Hash(Read(run, file)), Hash(Read(other, file))));
    }

    /// <summary>Metrics, weights and optimizer of runs whose configurations differ in what must not matter.</summary>
    public static void AssertSameNumbers(string run, string other)
    {
        AssertSameMetrics(run, other);
        Assert.All(Tensors, file => Assert.Equal(Hash(Numbers(Read(run, file))), Hash(Numbers(Read(other, file)))));
    }

    private static void AssertSameMetrics(string run, string other) =>
        Assert.Equal(File.ReadAllText(Path.Combine(run, "metrics.csv")), File.ReadAllText(Path.Combine(other, "metrics.csv")));

    private static byte[] Read(string run, string file) => File.ReadAllBytes(Path.Combine(run, "checkpoints", file));

    // The header, whose length comes first, holds the configuration.
    private static byte[] Numbers(byte[] safetensors) => safetensors[(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(safetensors))..];

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));
}
