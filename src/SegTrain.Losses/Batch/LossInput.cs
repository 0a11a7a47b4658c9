using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>
/// One batch, prepared once for all terms of a loss: activation, then mask, then sums. Everything is made at its first use and lives in the
/// dispose scope of that moment. Pixels are one axis: N images, C channels, P = H W pixels.
/// </summary>
public sealed class LossInput
{
    private readonly Tensor _targets;
    private readonly bool _masked;

    private LossInput(LossTask task, Tensor logits, Tensor targets, TargetKind kind)
    {
        Task = task;
        Logits = logits;
        _targets = targets;
        Kind = kind;
        _masked = task.IgnoreIndex is not null && targets.dtype != ScalarType.Bool;
    }

    /// <summary>The task.</summary>
    public LossTask Task { get; }

    /// <summary>The logits (N, C, P), float32, or float64 when they came so.</summary>
    public Tensor Logits { get; }

    /// <summary>How the target is given.</summary>
    public TargetKind Kind { get; }

    /// <summary>Whether every target is 0 or 1 because its type has nothing between.</summary>
    public bool IsHard => Kind != TargetKind.SoftPlanes;

    /// <summary>Number of images.</summary>
    public long Images => Logits.shape[0];

    /// <summary>Sigmoid of the logits, or softmax over the channels in a multiclass task (N, C, P).</summary>
    public Tensor Probabilities => field ??= Task.Mode == SegmentationMode.Multiclass ? Logits.softmax(1) : Logits.sigmoid();

    /// <summary>Logarithm of the softmax over the channels (N, C, P).</summary>
    public Tensor LogProbabilities => field ??= Logits.log_softmax(1);

    /// <summary>1 where a pixel counts, else 0: (N, 1, P), or (N, C, P) for planes that each have their own; null when all count.</summary>
    public Tensor? Valid => _masked ? field ??= Counts.to(Logits.dtype) : null;

    /// <summary>Number of pixels that count, (N, C) or (N, 1); all P of them when no value is ignored.</summary>
    public Tensor ValidCount => field ??= Valid?.sum(2) ?? full([Images, 1], Logits.shape[2], Logits.dtype, Logits.device);

    /// <summary>The target as planes (N, C, P): 1 inside the class, 0 outside and where a pixel is ignored; between for soft targets.</summary>
    public Tensor Planes => field ??= Kind switch
    {
        TargetKind.SoftPlanes => Valid is null ? _targets.to(Logits.dtype) : _targets.masked_fill(Counts.logical_not(), 0).to(Logits.dtype),
        _ => Inside.to(Logits.dtype),
    };

    /// <summary>The target as planes of truth values (N, C, P); a soft target belongs to the class from 0.5 on.</summary>
    public Tensor Inside => field ??= Kind switch
    {
        TargetKind.ClassIndex => ClassIndex.eq(arange(Task.Classes, int64, Logits.device).reshape(1, -1, 1)).logical_and(CountsOrAll),
        TargetKind.HardPlanes => _targets.eq(1),
        _ => Planes.ge(0.5),
    };

    /// <summary>The class of every pixel (N, 1, P), int64; 0 where a pixel is ignored. Only for <see cref="TargetKind.ClassIndex"/>.</summary>
    public Tensor ClassIndex => field ??= (_masked ? _targets.masked_fill(Counts.logical_not(), 0) : _targets).to(int64);

    /// <summary>1 - 2 t for the planes t (N, C, P).</summary>
    public Tensor Sign => field ??= 1.0 - Planes * 2.0;

    /// <summary>How wrong each logit is, (1 - 2 t) x: below 0 is right, above 0 is wrong. Only for hard targets.</summary>
    public Tensor Wrongness => field ??= Logits * Sign;

    /// <summary>Sums over the pixels for the region losses.</summary>
    public RegionSums Sums => field ??= RegionSums.Of(this, Overlap.Min);

    private Tensor Counts => field ??= Kind == TargetKind.SoftPlanes && Task.Mode == SegmentationMode.Multiclass
        ? _targets.narrow(1, 0, 1).ne(Task.IgnoreIndex!.Value)
        : _targets.ne(Task.IgnoreIndex!.Value);

    /// <summary>Prepares a batch; nothing is computed yet.</summary>
    /// <param name="task">The task.</param>
    /// <param name="logits">(N, C, H, W), any floating type; computed in float32, or in float64 when they are float64.</param>
    /// <param name="targets">
    /// Binary: (N, H, W) or (N, 1, H, W), 0 and 1, or values between when floating. Multilabel: planes (N, C, H, W).
    /// Multiclass: the class of every pixel (N, H, W), uint8 to int64, or probabilities (N, C, H, W), floating.
    /// </param>
    /// <returns>The batch; its tensors live in the current dispose scope.</returns>
    /// <exception cref="LossException">A shape or a type does not fit the task.</exception>
    public static LossInput Prepare(LossTask task, Tensor logits, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        var kind = TargetKinds.Of(task, logits, targets);
        var (images, channels) = (logits.shape[0], logits.shape[1]);
        // Contiguous before it grows: bfloat16 in channels_last order is half the bytes to turn.
        var flat = logits.contiguous().reshape(images, channels, -1);
        return new LossInput(
            task,
            flat.dtype == float64 ? flat : flat.to(float32),
            targets.reshape(images, kind == TargetKind.ClassIndex ? 1 : channels, -1),
            kind);
    }

    /// <summary>The value that belongs to each pixel's class, or its mean under a soft target; any of them where a pixel is ignored.</summary>
    /// <param name="perClass">(N, C, P).</param>
    /// <returns>(N, 1, P).</returns>
    public Tensor AtTarget(Tensor perClass)
    {
        ArgumentNullException.ThrowIfNull(perClass);
        // On the CPU a gather moves a tenth of the bytes; elsewhere it has no deterministic gradient.
        if (Kind != TargetKind.ClassIndex || perClass.device_type != DeviceType.CPU) return (perClass * Planes).sum(1, keepdim: true);
        return perClass.gather(1, ClassIndex);
    }

    /// <summary>A constant on the device and in the type of the logits.</summary>
    /// <param name="values">Its numbers.</param>
    /// <param name="shape">Its shape; -1 for the axis that takes the rest.</param>
    /// <returns>The constant.</returns>
    public Tensor Constant(IEnumerable<double> values, params long[] shape)
    {
        var numbers = values.ToArray();
        return tensor(numbers, [numbers.Length], Logits.dtype).reshape(shape).to(Logits.device, non_blocking: true);
    }

    private Tensor CountsOrAll => _masked ? Counts : ones([1], ScalarType.Bool, Logits.device);
}
