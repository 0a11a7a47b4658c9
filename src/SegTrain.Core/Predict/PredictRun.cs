using System.Diagnostics;
using System.Globalization;
using SegTrain.Core.Engine;
using SegTrain.Core.Files;
using SegTrain.Core.Images;
using SegTrain.Core.Predict.Files;
using Serilog;

namespace SegTrain.Core.Predict;

/// <summary>Many images to masks. A file that cannot be read is named and left out; all others are done.</summary>
internal sealed class PredictRun : IDisposable
{
    private readonly PredictRequest _request;
    private readonly Ensemble _ensemble;
    private readonly PredictFiles _files;
    private readonly ILogger _log;
    private readonly List<string> _failures = [];
    private readonly SortedDictionary<int, int> _converted = [];

    private PredictRun(PredictRequest request, Ensemble ensemble, ILogger log) =>
        (_request, _ensemble, _files, _log) = (request, ensemble, new(request.Out, ensemble.Card, request.Settings), log);

    /// <param name="request">What to do.</param>
    /// <param name="progress">Told after each image, and within large ones.</param>
    /// <param name="log">Lines for people.</param>
    /// <param name="stop">Asks to end; nothing half-written stays.</param>
    /// <exception cref="SegTrainException">Nothing was begun, or it cannot go on; see <see cref="PredictResult.Failures"/> for images that cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; the message says how to go on.</exception>
    public static PredictResult Run(PredictRequest request, IProgress<PredictStep> progress, ILogger log, CancellationToken stop)
    {
        TorchEngine.Start(log);
        using var run = new PredictRun(request, Ensemble.Open(request.Models, ComputeDevice.Choose(request.Device)), log);
        return run.Go(progress, stop);
    }

    private PredictResult Go(IProgress<PredictStep> progress, CancellationToken stop)
    {
        var (card, clock) = (_ensemble.Card, Stopwatch.StartNew());
        if (_request.Settings.Masks == MaskStyle.Binary && card is { ClassesOverlap: false, Classes.Length: > 2 })
            throw new SegTrainException(ExitCode.Usage, $"--masks binary is for two classes, and the model has {card.Classes.Length}: {string.Join(", ", card.Names)}; use palette or index");
        var inputs = _request.Inputs;
        CheckFiles(inputs);
        using var folder = PredictFolder.Open(_request.Out, ["image", "mask", "width", "height", .. card.Names.Select(static name => $"share[{name}]")], _request.Resume);
        foreach (var finding in _ensemble.Examine()) _log.Information("{Finding:l}", finding);
        _log.Information("{Images} images; {Models} {Architecture:l} of {Classes} classes ({Names:l})",
            inputs.Count, _ensemble.Count, _ensemble.Count == 1 ? "model" : "models", card.Classes.Length, string.Join(", ", card.Names));

        var left = inputs.Where(input => !folder.Has(input, _files.All(input))).ToList();
        var headers = left.AsParallel().AsOrdered().Select(static input => Pixels(input.File)).ToList();
        var (all, done, pixels) = (Math.Max(1, headers.Sum()), inputs.Count - left.Count, 0L);
        foreach (var (input, size) in left.Zip(headers))
        {
            var before = pixels;
            try
            {
                stop.ThrowIfCancellationRequested();
                var shares = FileSizeLimit.Guard(_request.Out, () => One(input, new Within(share => progress.Report(new(done, inputs.Count, (before + (share * size)) / all, clock.Elapsed))), stop));
                folder.Add([input.File, string.Join(';', _files.Masks(input)), .. shares]);
            }
            catch (SegTrainException unreadable) when (unreadable.Code == ExitCode.Data)
            {
                _failures.Add(unreadable.Message);
                _log.Warning("{Message:l}", unreadable.Message);
            }
            catch (OperationCanceledException)
            {
                throw new OperationCanceledException($"stopped after {done} of {inputs.Count} images, whose masks are kept; go on with the same command and --resume");
            }
            catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
            {
                throw new SegTrainException(ExitCode.Config, $"--out {_request.Out}: can no longer be written: {unwritten.Message} {done} of {inputs.Count} images are done; make room, then go on with --resume", unwritten);
            }
            catch (Exception exhausted) when (OutOfMemory.Is(exhausted))
            {
                throw new SegTrainException(ExitCode.OutOfMemory, $"out of memory at {input.File}: give the nets less with --memory; {done} of {inputs.Count} images are done, go on with --resume", exhausted);
            }
            (done, pixels) = (done + 1, pixels + size);
            progress.Report(new(done, inputs.Count, (double)pixels / all, clock.Elapsed));
        }
        foreach (var (channels, count) in _converted)
            _log.Warning("{Count} images have {Channels} channels, and the model takes {Wanted}: they were converted", count, channels, card.Channels);
        return new(_request.Out, left.Count - _failures.Count, inputs.Count - left.Count, _failures, clock.Elapsed);
    }

    private IReadOnlyList<string> One(PredictInput input, IProgress<double> progress, CancellationToken stop)
    {
        var header = ImageFile.Identify(input.File);
        if (header.DecodedChannels != _ensemble.Card.Channels) _converted[header.Channels] = _converted.GetValueOrDefault(header.Channels) + 1;
        var shares = new PixelShares(_ensemble.Card.Classes.Length, _ensemble.Card.ClassesOverlap);
        var sinks = _files.Sinks(input, header, shares);
        try
        {
            ImagePrediction.Of(input.File, header, _ensemble, _request.Settings, sinks, progress, stop);
            foreach (var sink in sinks) sink.Complete();
        }
        finally
        {
            foreach (var sink in sinks) sink.Dispose();
        }
        return [$"{header.Width}", $"{header.Height}", .. shares.Shares.Select(static share => share.ToString("0.######", CultureInfo.InvariantCulture))];
    }

    // Before a byte is written.
    private void CheckFiles(IReadOnlyList<PredictInput> inputs)
    {
        var sources = inputs.Select(static input => Path.GetFullPath(input.File)).ToHashSet();
        if (inputs.FirstOrDefault(input => Path.GetDirectoryName(Path.GetFullPath(input.File)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(_request.Out))) is { } beside)
            throw new SegTrainException(ExitCode.Usage, $"--out {_request.Out}: {beside.File} lies there; masks among images would be taken for images the next time, so name another folder");
        // Not all file systems tell A from a.
        var targets = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var input in inputs)
        {
            foreach (var file in _files.All(input))
            {
                if (!targets.Add(file)) throw new SegTrainException(ExitCode.Usage, $"{file} would be written twice, the second time of {input.File}; predict that image into a folder of its own");
                if (sources.Contains(Path.GetFullPath(file))) throw new SegTrainException(ExitCode.Usage, $"{file} is an image that was named, and would be written over; name another --out");
                if (!_request.Force && !_request.Resume && File.Exists(file))
                    throw new SegTrainException(ExitCode.Usage, $"{file} is there already; --force writes over it, --resume goes on where a run was stopped");
            }
        }
    }

    private static long Pixels(string file)
    {
        try
        {
            var header = ImageFile.Identify(file);
            return (long)header.Width * header.Height;
        }
        catch (SegTrainException)
        {
            // It is named when its turn comes.
            return 0;
        }
    }

    public void Dispose() => _ensemble.Dispose();

    private sealed class Within(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}

/// <summary>What <c>segtrain predict</c> asks for.</summary>
/// <param name="Models">Runs, groups, checkpoints or files.</param>
/// <param name="Inputs">The images.</param>
/// <param name="Out">The folder for masks.</param>
/// <param name="Force">Writes over masks that are there.</param>
/// <param name="Resume">Leaves out images that are done.</param>
/// <param name="Device">auto, cpu, cuda or cuda:N.</param>
/// <param name="Settings">How images are looked at.</param>
internal sealed record PredictRequest(IReadOnlyList<string> Models, IReadOnlyList<PredictInput> Inputs, string Out, bool Force, bool Resume, string Device, PredictSettings Settings);

/// <param name="Done">Images that are done or cannot be.</param>
/// <param name="Total">All of them.</param>
/// <param name="Share">Of the pixels, from 0 to 1.</param>
/// <param name="Elapsed">Since the first.</param>
internal readonly record struct PredictStep(int Done, int Total, double Share, TimeSpan Elapsed);

/// <param name="Folder">Where the masks are.</param>
/// <param name="Predicted">Images that were looked at.</param>
/// <param name="Kept">Images that an earlier run had done.</param>
/// <param name="Failures">What is wrong with the others.</param>
/// <param name="Elapsed">Time that it took.</param>
internal sealed record PredictResult(string Folder, int Predicted, int Kept, IReadOnlyList<string> Failures, TimeSpan Elapsed);
