using System.Globalization;
using SegTrain.Core.Inspect;
using SegTrain.Core.Predict;
using SegTrain.Core.Tracking;

namespace SegTrain.Cli.Output;

/// <summary>Progress in words and numbers.</summary>
internal static class ProgressText
{
    private const int BarWidth = 20;
    private const int NarrowestBar = 5;

    /// <summary>The step in as many columns as there are: the bar takes what is left, and what matters least goes first.</summary>
    public static string Of(in StepInfo step, int room)
    {
        var head = $"epoch {Counter(step.Epoch, step.Epochs)}";
        var count = $"  {Counter(step.Step, step.Steps)}";
        var loss = $"  loss {Fixed(step.Loss)}";
        var speed = $"  {step.ImagesPerSecond.ToString(step.ImagesPerSecond < 10 ? "0.0" : "0", CultureInfo.InvariantCulture)} img/s";
        var wait = $"  data wait {Share(step.DataWaitShare)}";
        var eta = $"  ETA {Duration(step.Eta)}";
        string[] tails = [count + loss + speed + wait + eta, count + loss + speed + eta, count + loss + eta, count + loss];
        var tail = tails.FirstOrDefault(tail => head.Length + tail.Length <= room) ?? count;
        var bar = Math.Min(BarWidth, room - head.Length - tail.Length - "  []".Length);
        return bar < NarrowestBar ? head + tail : $"{head}  {Bar(step.Step, step.Steps, bar)}{tail}";
    }

    /// <example><c>masks  [#####...............]   35/142</c></example>
    public static string Of(InspectStep step, int room)
    {
        var count = $"  {Counter(step.Done, step.Total)}";
        var bar = Math.Min(BarWidth, room - step.What.Length - count.Length - "  []".Length);
        return bar < NarrowestBar ? step.What + count : $"{step.What}  {Bar(step.Done, step.Total, bar)}{count}";
    }

    /// <example><c>images  [#####...............]   35/142  ETA 0:42</c></example>
    public static string Of(PredictStep step, int room)
    {
        const int Parts = 1000;
        var left = step.Share > 0 ? step.Elapsed * ((1 - step.Share) / step.Share) : (TimeSpan?)null;
        var tail = $"  {Counter(step.Done, step.Total)}{(left is { } eta ? $"  ETA {Duration(eta)}" : "")}";
        var bar = Math.Min(BarWidth, room - "images".Length - tail.Length - "  []".Length);
        return bar < NarrowestBar ? $"images{tail}" : $"images  {Bar((int)(step.Share * Parts), Parts, bar)}{tail}";
    }

    /// <example><c>epoch  3/20  train loss 0.2500  val loss 0.3000  dice 0.8123  iou 0.7012  12 s  data wait 1%  best</c></example>
    public static string Of(EpochInfo epoch)
    {
        string[] metrics = ["train.loss", "val.loss", "val.dice", "val.iou"];
        var shown = metrics.Where(epoch.Metrics.ContainsKey)
            .Select(name => $"  {Label(name)} {Fixed(epoch.Metrics[name])}");
        return $"epoch {Counter(epoch.Epoch, epoch.Epochs)}{string.Concat(shown)}  {Seconds(epoch.Elapsed)}  data wait {Share(epoch.DataWaitShare)}{(epoch.Best ? "  best" : "")}";
    }

    public static string Fixed(double value) => double.IsNaN(value) ? "-" : value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <example><c>0:42</c>, <c>3:05:00</c>, <c>2 d 1:00:00</c></example>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => time.ToString(@"d\ \d\ h\:mm\:ss", CultureInfo.InvariantCulture),
        { TotalHours: >= 1 } => time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture),
        _ => time.ToString(@"m\:ss", CultureInfo.InvariantCulture),
    };

    private static string Label(string metric) => metric.EndsWith(".loss", StringComparison.Ordinal) ? metric.Replace('.', ' ') : metric[4..];

    private static string Share(double share) => share.ToString("0%", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) =>
        time.TotalMinutes >= 1 ? Duration(time) : $"{time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s";

    private static string Counter(int number, int? of) => of is { } all ? $"{number.ToString().PadLeft(all.ToString().Length)}/{all}" : $"{number}";

    private static string Bar(int step, int steps, int width)
    {
        var full = steps > 0 ? Math.Clamp((int)((long)width * step / steps), 0, width) : 0;
        return $"[{new string('#', full)}{new string('.', width - full)}]";
    }
}
