using SegTrain.Core.Engine;
using SegTrain.Core.Models;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

public sealed class PrecisionTrialTests : IDisposable
{
    private readonly string _cache = Directory.CreateTempSubdirectory("segtrain-precision-").FullName;

    [Theory]
    [InlineData(30, 40, "Fp32")]
    [InlineData(30, 28, "Fp32")] // within a tenth
    [InlineData(30, 20, "Bf16")]
    public void The_quicker_type_is_chosen(double fp32, double bf16, string chosen) =>
        Assert.Equal(Enum.Parse<Precision>(chosen), PrecisionTrial.Verdict(fp32, bf16, "").Chosen);

    [Fact]
    public void A_machine_measures_once()
    {
        var (first, reason) = PrecisionTrial.Quicker(_cache);
        Assert.EndsWith("(measured now)", reason);
        var (second, again) = PrecisionTrial.Quicker(_cache);
        Assert.Equal((first, reason.Replace("now", "before")), (second, again));
    }

    [Fact]
    public void What_was_measured_decides()
    {
        PrecisionTrial.Quicker(_cache);
        var file = Path.Combine(_cache, "segtrain", "precision.csv");
        var line = File.ReadAllText(file).Trim().Split(',');
        File.AppendAllText(file, string.Join(',', [.. line[..^2], "100", "50"]) + "\n");
        Assert.Equal(Precision.Bf16, PrecisionTrial.Quicker(_cache).Chosen);
        File.AppendAllText(file, string.Join(',', [.. line[..^2], "100", "nonsense"]) + "\n");
        Assert.EndsWith("(measured now)", PrecisionTrial.Quicker(_cache).Reason);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_costs_a_measurement()
    {
        var file = Path.Combine(_cache, "file");
        File.WriteAllText(file, "");
        Assert.EndsWith("(measured now)", PrecisionTrial.Quicker(file).Reason);
    }

    [Fact]
    public void A_step_takes_time() => Assert.All((ScalarType[])[float32, bfloat16], static type => Assert.InRange(PrecisionTrial.Time(type), 0.5, 60_000));

    public void Dispose() => Directory.Delete(_cache, recursive: true);
}
