using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SegTrain.Core.Optim;

internal sealed record ScheduleConfig
{
    [Description("constant, linear, cosine, poly, step, one-cycle or plateau.")]
    [Required]
    public string Name { get; init; } = "cosine";

    [Description("Share of the run over which the learning rate rises from zero, before the schedule begins; one-cycle has a rise of its own instead.")]
    [Range(0.0, 1.0)]
    public double Warmup { get; init; } = 0.05;

    [Description("Share of the peak at the end of linear, cosine and poly.")]
    [Range(0.0, 1.0)]
    public double Final { get; init; }

    [Description("How often cosine goes down; it begins at the peak again each time.")]
    [Range(1, 1000)]
    public int Cycles { get; init; } = 1;

    [Description("Exponent of poly.")]
    [Range(0.01, 100)]
    public double Power { get; init; } = 0.9;

    [Description("What step and plateau multiply the learning rate with.")]
    [Range(0.0, 1.0)]
    public double Factor { get; init; } = 0.1;

    [Description("Share of the run after which step multiplies, again and again.")]
    [Range(0.001, 1)]
    public double Every { get; init; } = 0.3;

    [Description("Validations without improvement after which plateau multiplies.")]
    [Range(1, 1_000_000)]
    public int Patience { get; init; } = 5;
}
