namespace SegTrain.Core.Training;

/// <summary>
/// What the loss is multiplied with before it goes backward, because gradients below 6e-8 are 0 in float16 (Micikevicius et al. 2018, Mixed
/// precision training, arXiv:1710.03740). Gradients are divided by it again in float32. It halves when one overflows, and doubles after
/// 2000 steps without: the numbers of PyTorch's GradScaler. Powers of two, which change no digit.
/// </summary>
/// <param name="Factor">A power of two; it grows to 2^24 at most, and shrinks to 1 at least.</param>
/// <param name="Steps">Steps since it last changed.</param>
internal readonly record struct LossScale(double Factor, int Steps)
{
    private const double Most = 1 << 24;
    private const int StepsToDouble = 2000;

    public static LossScale First => new(65536, 0);

    /// <summary>Whether a smaller one could help against an overflow.</summary>
    public bool CanShrink => Factor > 1;

    public LossScale AfterOverflow() => new(Factor / 2, 0);

    public LossScale AfterStep() => Steps + 1 < StepsToDouble || Factor >= Most ? this with { Steps = Steps + 1 } : new(Factor * 2, 0);
}
