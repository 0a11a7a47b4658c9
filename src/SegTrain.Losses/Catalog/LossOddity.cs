namespace SegTrain.Losses;

/// <summary>Why a loss is kept only to reproduce numbers.</summary>
/// <param name="What">What it does that its name does not say.</param>
/// <param name="Prefer">The expression to use instead.</param>
public sealed record LossOddity(string What, string Prefer);
