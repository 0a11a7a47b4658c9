using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>
/// One batch, prepared once for all terms of a loss: activation, then mask, then sums. Everything is made at its first use and lives in the
/// dispose scope of that moment. Pixels are one axis: N images, C channels, P = H W pixels.
/// </summary>
public sealed class LossInput
{
    private const double BeyondDoubt = 1e30;

    private readonly Tensor _targets;
    private readonly Tensor? _distances;
    private readonly LossInput? _foreground;
    private readonly bool _masked;

    private LossInput(LossTask task, Tensor logits, Tensor targets, TargetKind kind, long width, Tensor? distances, LossInput? foreground = null)
    {
        Task = task;
        Logits = logits;
        _targets = targets;
        Kind = kind;
        Width = width;
        _distances = distances;
        _foreground = foreground;
        _masked = foreground is null ? TargetValues.MayBeIgnored(task, targets) : foreground._masked;
        Valid = foreground?.Valid;
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

    /// <summary>Rows of an image.</summary>
    public long Height => Logits.shape[2] / Width;

    /// <summary>Pixels of a row.</summary>
    public long Width { get; }

    /// <summary>
    /// Sigmoid of the logits, 0 where a pixel is ignored; in a multiclass task softmax over the channels, everywhere (N, C, P).
    /// </summary>
    public Tensor Probabilities => field ??= Task.Mode == SegmentationMode.Multiclass ? Logits.softmax(1) : Background.sigmoid();

    /// <summary>Logarithm of the softmax over the channels (N, C, P).</summary>
    public Tensor LogProbabilities => field ??= Logits.log_softmax(1);

    /// <summary>1 where a pixel counts, else 0: (N, 1, P), or (N, C, P) for planes that each have their own; null when all count.</summary>
    public Tensor? Valid
    {
        get => _masked ? field ??= Differs(Task.IgnoreIndex!.Value) : null;
        private init;
    }

    /// <summary>Number of pixels that count, (N, C) or (N, 1); null when all do.</summary>
    public Tensor? ValidCount => Valid is null ? null : field ??= Valid.sum(2);

    /// <summary>
    /// The target as planes (N, C, P): 1 inside the class, 0 outside and where a pixel is ignored; between for soft targets.
    /// </summary>
    public Tensor Planes => field ??= Kind == TargetKind.ClassIndex ? OneHot() : Valid is null ? Values : Values * Valid;

    /// <summary>The target as it came, whole numbers: planes of 0 and 1 (N, C, P), or class numbers (N, 1, P); null for a soft one.</summary>
    internal Tensor? Labels => IsHard ? _targets : null;

    /// <summary>Whether a pixel may be ignored.</summary>
    internal bool IsMasked => _masked;

    /// <summary>Number of pixels inside each of <see cref="Planes"/>, N C numbers, where looking at the target takes microseconds; else null.</summary>
    internal double[]? Sizes => Kind == TargetKind.HardPlanes && Task.IgnoreIndex != 1 ? TargetValues.Sizes(_targets) : null;

    /// <summary>
    /// The class of every pixel (N, 1, P), int64; 0 where a pixel is ignored. Only for <see cref="TargetKind.ClassIndex"/>.
    /// </summary>
    public Tensor ClassIndex => field ??= (Valid is null ? _targets : Values * Valid).to(int64);

    /// <summary>
    /// How wrong each logit is, (1 - 2 t) x (N, C, P): below 0 is right, and ignored pixels are as right as can be. Only for hard targets.
    /// </summary>
    public Tensor Wrongness => field ??= Background * (Planes * Num(-2)).Plus_(One);

    /// <summary>ln p_t, the logarithm of the probability of what is true (N, C, P); 0 where a pixel is ignored. Only for hard targets.</summary>
    internal Tensor LogTruth => field ??= (Background * (Planes * Num(2)).sub_(One)).log_sigmoid();

    /// <summary>The target as planes of 0 and 1 (N, C, P); a soft target belongs to the class from 0.5 on.</summary>
    public Tensor HardPlanes => IsHard ? Planes : field ??= Planes.ge(Num(0.5)).to(Logits.dtype);

    /// <summary>
    /// The distance of each pixel to the nearest pixel on the other side of the class (N, C, P): above 0 outside, below 0 inside; 0 where a
    /// pixel is ignored, and in a plane where one side is empty. Where nobody has prepared it (<see cref="DistanceMap"/>), it is made of
    /// <see cref="HardPlanes"/> on the CPU, and the device is waited for.
    /// </summary>
    public Tensor Distances => field ??= _distances?.to(Logits.dtype) ?? SignedDistance.Of(this, HardPlanes);

    /// <summary>Sums over the pixels for the region losses.</summary>
    public RegionSums Sums => field ??= _foreground?.Sums.WithBackground() ?? RegionSums.Of(this, Overlap.Min);

    /// <summary>
    /// The same batch with a channel for every class: that of a binary task becomes the classes background and foreground with the
    /// logits 0 and x, whose softmax is the sigmoid of x; a multiclass batch is itself.
    /// </summary>
    internal LossInput Classes => Task.Mode == SegmentationMode.Multiclass ? this : field ??= TwoClasses();

    /// <summary>
    /// The logits; where a pixel is ignored one that says background beyond doubt: no sum after it needs a mask, and its gradient is 0.
    /// </summary>
    internal Tensor Background => field ??= Valid is null ? Logits : Logits.Plus((Valid - One).mul_(Num(BeyondDoubt)));

    /// <summary>The target in the type of the logits.</summary>
    private Tensor Values => field ??= _targets.to(Logits.dtype);

    /// <summary>Prepares a batch; nothing is computed yet.</summary>
    /// <param name="task">The task.</param>
    /// <param name="logits">(N, C, H, W), any floating type; computed in float32, or in float64 when they are float64.</param>
    /// <param name="targets">
    /// Binary: (N, H, W) or (N, 1, H, W), 0 and 1, or values between when floating. Multilabel: planes (N, C, H, W).
    /// Multiclass: the class of every pixel (N, H, W), uint8 to int64, or probabilities (N, C, H, W), floating.
    /// </param>
    /// <param name="distances">What <see cref="DistanceMap"/> made of the targets (N, C, H, W), when a loss asks for it; null when nobody did.</param>
    /// <returns>
    /// The batch; its tensors live in the current dispose scope. Outside any a collection may free one of them under the operator that reads it.
    /// </returns>
    /// <exception cref="LossException">A shape or a type does not fit the task.</exception>
    public static LossInput Prepare(LossTask task, Tensor logits, Tensor targets, Tensor? distances = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        var kind = TargetKinds.Of(task, logits, targets);
        var (images, channels) = (logits.shape[0], logits.shape[1]);
        if (distances is not null && !distances.shape.AsSpan().SequenceEqual(logits.shape))
        {
            throw new LossException($"distances have shape ({string.Join(", ", distances.shape)}): make one map for each channel of the logits");
        }
        // Contiguous before it grows: bfloat16 in channels_last order is half the bytes to turn.
        var flat = logits.contiguous().reshape(images, channels, -1);
        return new LossInput(
            task,
            flat.dtype == float64 ? flat : flat.to(float32),
            targets.reshape(images, kind == TargetKind.ClassIndex ? 1 : channels, -1),
            kind,
            logits.shape[3],
            distances?.reshape(images, channels, -1));
    }

    /// <summary>
    /// The value that belongs to each pixel's class, or its mean under a soft target; any of them where a pixel is ignored.
    /// </summary>
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

    private LossInput TwoClasses()
    {
        var background = IsHard ? null : (Valid is null ? One - Planes : Valid - Planes);
        return new LossInput(
            new LossTask(SegmentationMode.Multiclass, 2, Task.IgnoreIndex) { PixelCounts = Task.PixelCounts },
            cat([zeros_like(Logits), Logits], 1),
            background is null ? _targets : cat([background, Planes], 1),
            background is null ? TargetKind.ClassIndex : TargetKind.SoftPlanes,
            Width,
            distances: null,
            foreground: this);
    }

    private Tensor OneHot()
    {
        var planes = ClassIndex.eq(Range(Task.Classes, int64, Logits.device).reshape(1, -1, 1)).to(Logits.dtype);
        return Valid is null ? planes : planes.mul_(Valid);
    }

    /// <summary>
    /// 1 where the target is not this value, else 0. Whole numbers by arithmetic, which takes a tenth of the time of a comparison.
    /// </summary>
    private Tensor Differs(long value)
    {
        var isSoft = Kind == TargetKind.SoftPlanes;
        var values = isSoft && Task.Mode == SegmentationMode.Multiclass ? _targets.narrow(1, 0, 1) : _targets;
        return isSoft ? values.ne(Num(value)).to(Logits.dtype) : (Values - Num(value)).abs_().clamp_max_(One);
    }
}
