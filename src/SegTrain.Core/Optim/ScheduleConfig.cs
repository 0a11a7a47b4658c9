using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SegTrain.Core.Optim;

internal sealed record ScheduleConfig
{
    [Description("constant, or cosine (to zero at the last step).")]
    [Required]
    public string Name { get; init; } = "cosine";

    [Description("Share of all steps over which the learning rate rises from zero.")]
    [Range(0, 1)]
    public double Warmup { get; init; } = 0.05;
}
