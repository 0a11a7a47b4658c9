using SegTrain.Core;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;
using Serilog.Core;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Training;

[Collection(nameof(Seeded))]
public sealed class RateSearchTests
{
    [Fact]
    public void Rates_rise_by_the_same_factor()
    {
        Assert.Equal(1e-6, RateSearch.RateAt(0), 1e-15);
        Assert.Equal(10, RateSearch.RateAt(RateSearch.Steps - 1), 1e-9);
        Assert.Equal(RateSearch.RateAt(1) / RateSearch.RateAt(0), RateSearch.RateAt(41) / RateSearch.RateAt(40), 1e-9);
    }

    /// <summary>Of ten losses 0, ..., 9: the first has four neighbours, (0 + ... + 4) / 5 = 2; the sixth has eight, (1 + ... + 9) / 9 = 5.</summary>
    [Fact]
    public void The_smoothed_loss_is_the_mean_of_a_step_and_its_neighbours()
    {
        var curve = new RateCurve();
        for (var i = 0; i < 10; i++) curve.Add(i + 1, i);
        Assert.Equal(2, curve.Points[0].Smoothed, 1e-12);
        Assert.Equal(5, curve.Points[5].Smoothed, 1e-12);
    }

    /// <summary>
    /// Losses 9, from step 10 on 3, from step 40 on 1, from step 60 on 3 but for one of 30: means of nine fall by 6/9 a step from step 6 to 14, and are lowest
    /// from step 44 on; what follows counts no more.
    /// </summary>
    [Fact]
    public void The_suggestion_is_where_the_loss_falls_fastest_and_at_most_a_tenth_of_where_it_is_lowest()
    {
        var (slow, fast) = (new RateCurve(), new RateCurve());
        for (var i = 0; i < 80; i++)
        {
            var loss = i < 10 ? 9 : i is >= 40 and < 60 ? 1 : i == 65 ? 30 : 3;
            slow.Add(Math.Pow(10, i / 200.0), loss);
            fast.Add(Math.Pow(10, i / 4.0), loss);
        }
        Assert.InRange(Math.Log10(fast.Steepest!.Value) * 4, 5.9, 14.1);
        Assert.Equal(11, Math.Log10(fast.Lowest!.Value), 1e-9);
        Assert.Equal(fast.Steepest, fast.Suggested);
        Assert.Equal(44 / 200.0 - 1, Math.Log10(slow.Suggested!.Value), 1e-9);
    }

    [Fact]
    public void A_loss_that_no_rate_lowers_suggests_nothing()
    {
        var curve = new RateCurve();
        for (var i = 0; i < 20; i++) curve.Add(i + 1, 1);
        Assert.Equal((null, null, null), (curve.Lowest, curve.Steepest, curve.Suggested));
    }

    [Fact]
    public void An_explosion_ends_the_search_and_what_is_no_number_is_left_out()
    {
        var curve = new RateCurve();
        for (var i = 0; i < 9; i++) Assert.True(curve.Add(0.1, 1));
        Assert.False(curve.Add(0.2, double.NaN));
        Assert.Equal(9, curve.Points.Count);
        Assert.True(curve.Add(0.3, 6));
        Assert.False(curve.Add(0.4, 100));
        Assert.Null(curve.Suggested);
    }

    /// <summary>A batch without foreground among the first, or one that is far easier than the rest.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_losses_of_single_batches_are_no_explosion(double first)
    {
        var curve = new RateCurve();
        Assert.True(curve.Add(1, first));
        for (var i = 1; i < 40; i++) Assert.True(curve.Add(i + 1, 8 - i / 10.0));
        Assert.NotNull(curve.Suggested);
        Assert.False(curve.Add(41, 1000));
    }

    /// <summary>From 0.5 down to -0.5 and, with as much noise as there was at the beginning, on a level; what follows is far above all of that.</summary>
    [Fact]
    public void A_loss_may_become_negative()
    {
        var curve = new RateCurve();
        for (var i = 0; i < 60; i++) Assert.True(curve.Add(Math.Pow(10, i / 20.0), Math.Max(0.5 - i / 30.0, -0.5) + (i % 2 == 0 ? 0.2 : -0.2)));
        Assert.InRange(Math.Log10(curve.Lowest!.Value) * 20, 33, 59);
        Assert.False(curve.Add(1001, 100));
    }

    [Fact]
    public void A_negative_loss_that_no_rate_lowers_suggests_nothing()
    {
        var curve = new RateCurve();
        for (var i = 0; i < 20; i++) Assert.True(curve.Add(i + 1, -1));
        Assert.Null(curve.Suggested);
    }

    [Fact]
    public void A_search_that_is_stopped_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        var stopped = Assert.Throws<OperationCanceledException>(() => FindStopped(folder));
        Assert.Equal("stopped in the search for a learning rate; nothing of it is kept", stopped.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_name_that_is_taken_costs_no_search()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("rates/of another"));
        Assert.Contains("of this name already", Assert.Throws<SegTrainException>(() => FindStopped(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_net_is_tried_and_the_curve_is_left_in_a_folder()
    {
        using var folder = new TemporaryFolder();
        var request = Request(folder);
        var (first, second) = (Fit.FindRate(request, Logger.None, CancellationToken.None), Fit.FindRate(request, Logger.None, CancellationToken.None));
        Assert.Equal(first.Curve.Points, second.Curve.Points);
        Assert.NotEqual(first.Folder, second.Folder);
        Assert.InRange(first.Curve.Suggested!.Value, 1e-5, 0.5);
        Assert.Equal(first.Curve.Points.Count + 1, File.ReadLines(Path.Combine(first.Folder, "rates.csv")).Count());
        Assert.StartsWith("<svg", File.ReadAllText(Path.Combine(first.Folder, "rates.svg")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(first.Folder, "checkpoints")));
    }

    private static FitRequest Request(TemporaryFolder folder, params string[] more) => new(
        LoadSet(
        [
            "data.synthetic.classes=3", "data.synthetic.train=8", "data.synthetic.validation=4", "data.synthetic.size=16", "data.threads=1", "model.depth=1",
            "model.width=4", "train.batch_size=2", "train.accumulate=2", "train.device=cpu", "loss=ce", $"train.runs={folder.Path}", .. more,
        ]),
        null, [], "segtrain fit --find-lr");

    // The wish to stop comes with the last line of the log before the search.
    private static void FindStopped(TemporaryFolder folder)
    {
        using var stop = new CancellationTokenSource();
        using var log = LogListener.Of(line =>
        {
            if (line.MessageTemplate.Text.StartsWith("device ", StringComparison.Ordinal)) stop.Cancel();
        });
        Fit.FindRate(Request(folder, "train.name=rates"), log, stop.Token);
    }
}
