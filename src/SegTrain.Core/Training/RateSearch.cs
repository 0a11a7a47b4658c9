using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>
/// The learning rate range test (Smith 2017, Cyclical learning rates for training neural networks, arXiv:1506.01186): the rate rises by the
/// same factor from step to step, until the loss explodes.
/// </summary>
internal static class RateSearch
{
    public const int Steps = 100;

    private const double First = 1e-6;
    private const double Last = 10;

    /// <param name="setup">Its net and optimizer are spent afterwards.</param>
    /// <param name="stop">Asks to end after the step under way.</param>
    /// <returns>At least two points.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="SegTrainException">The loss is no number from the beginning.</exception>
    public static RateCurve Run(TrainingSetup setup, CancellationToken stop)
    {
        var curve = Searched(setup, stop);
        return curve.Points.Count > 1 ? curve : throw new SegTrainException(ExitCode.Diverged,
            "the loss is not a number at a learning rate near 0 already: look at the data with 'segtrain inspect', or take another loss");
    }

    /// <param name="step">From 0, below <see cref="Steps"/>.</param>
    public static double RateAt(int step) => First * Math.Pow(Last / First, step / (Steps - 1.0));

    private static RateCurve Searched(TrainingSetup setup, CancellationToken stop)
    {
        var curve = new RateCurve();
        var (step, pass, scale) = (0, 0L, setup.LossScale);
        for (var epoch = 0; ; epoch++)
        {
            var parts = StepPart.Of(setup.TrainingLoader.Images(epoch), setup.Config.Train.Accumulate);
            var (index, loss) = (0, 0.0);
            foreach (var batch in setup.TrainingLoader.Epoch(epoch))
            {
                using (batch)
                using (NewDisposeScope())
                {
                    if (stop.IsCancellationRequested) throw new OperationCanceledException("stopped in the search for a learning rate; nothing of it is kept");
                    var part = parts[index++];
                    var (value, norm, _, _) = Trainer.AddGradients(setup, batch, part, epoch, pass++, batch.Count, scale?.Factor ?? 1);
                    loss += part.Share * value.item<float>();
                    if (!part.EndsStep) continue;
                    if (scale is { CanShrink: true } tooLarge && !float.IsFinite(norm!.item<float>()))
                    {
                        scale = tooLarge.AfterOverflow();
                    }
                    else
                    {
                        var rate = RateAt(step);
                        if (!curve.Add(rate, loss) || step == Steps - 1) return curve;
                        setup.Optimizer.Step(rate, step++);
                    }
                    setup.Net.Parameters.Gradients.zero_();
                    loss = 0;
                }
            }
        }
    }
}
