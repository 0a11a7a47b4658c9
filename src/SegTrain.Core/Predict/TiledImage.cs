using System.Runtime.ExceptionServices;
using SegTrain.Core.Images;
using static TorchSharp.torch;

namespace SegTrain.Core.Predict;

/// <summary>
/// Asks an ensemble about an image while its rows come in: as soon as a row of tiles is there it is computed, and as soon as no later tile reaches a row it is handed on.
/// So memory holds one row of tiles, whatever the image's size. Probabilities of overlapping tiles are averaged in float32 by the weights of <see cref="Tiling"/>.
/// </summary>
internal sealed class TiledImage : IRowSink, IDisposable
{
    // What is handed on is computed in pieces, so that it takes no memory to speak of.
    private const int RowsAtOnce = 64;

    private readonly Ensemble _ensemble;
    private readonly PredictSettings _settings;
    private readonly IReadOnlyList<IPredictionSink> _sinks;
    private readonly IProgress<double> _progress;
    private readonly CancellationToken _stop;
    private readonly Tiling _down;
    private readonly Tiling _across;
    private readonly PixelImage _window;
    private readonly byte[] _tile;
    private readonly Tensor _sums;
    private int _filled;
    private int _row;

    /// <param name="header">Of the image.</param>
    /// <param name="tile">Side of a tile; the image is one tile where it is no larger.</param>
    /// <param name="ensemble">Who is asked.</param>
    /// <param name="settings">Views and threshold.</param>
    /// <param name="sinks">Get the answer.</param>
    /// <param name="progress">Told which share of the image is done.</param>
    /// <param name="stop">Asks to end at once.</param>
    public TiledImage(ImageHeader header, int tile, Ensemble ensemble, PredictSettings settings, IReadOnlyList<IPredictionSink> sinks, IProgress<double> progress, CancellationToken stop)
    {
        (_ensemble, _settings, _sinks, _progress, _stop) = (ensemble, settings, sinks, progress, stop);
        (_down, _across) = (new(header.Height, tile, ensemble.Stride), new(header.Width, tile, ensemble.Stride));
        _window = PixelImage.Allocate(header.Width, _down.Size, header.DecodedChannels, header.Bits);
        // One for all: the runtime would let hundreds of megabytes of such arrays pile up.
        _tile = new byte[_across.Size * _down.Size * _window.Channels * _window.Bits / 8];
        _sums = zeros([1, IsWhole ? 0 : ensemble.Card.Outputs, _down.Size, header.Width], device: ensemble.Device).DetachFromDisposeScope();
    }

    /// <summary>What <see cref="Write"/> has thrown, which decoders take for damage of the file.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    private bool IsWhole => _down.Starts.Count == 1 && _across.Starts.Count == 1;

    private int Top => _down.Starts[_row];

    private int Bottom => Top + _down.SizeOf(_row);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> row)
    {
        try
        {
            row.CopyTo(_window.Samples.AsSpan((_filled - Top) * _window.Stride));
            _filled++;
            while (_row < _down.Starts.Count && _filled == Bottom) Compute();
        }
        catch (Exception thrown)
        {
            Failure = ExceptionDispatchInfo.Capture(thrown);
            throw;
        }
    }

    /// <summary>The row of tiles that is in the window.</summary>
    private void Compute()
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var high = _down.SizeOf(_row);
        for (var column = 0; column < _across.Starts.Count; column++)
        {
            _stop.ThrowIfCancellationRequested();
            using var one = NewDisposeScope();
            var (left, wide) = (_across.Starts[column], _across.SizeOf(column));
            var scores = _ensemble.Answer(Tile(left, wide, high), _settings.Tta, wide, high);
            if (IsWhole)
            {
                HandOn(scores, 0, high);
                _row++;
                return;
            }
            _sums.narrow(2, 0, high).narrow(3, left, wide).Plus_(scores.Probabilities * Column(_down.WeightsOf(_row)) * Row(_across.WeightsOf(column)));
            _progress.Report((_row + ((column + 1.0) / _across.Starts.Count)) / _down.Starts.Count);
        }
        var end = _row + 1 < _down.Starts.Count ? _down.Starts[_row + 1] : Bottom;
        var done = end - Top;
        for (var from = 0; from < done; from += RowsAtOnce)
        {
            using var some = NewDisposeScope();
            var count = Math.Min(RowsAtOnce, done - from);
            var weights = Column(_down.Sums.AsSpan(Top + from, count)).mul(Row(_across.Sums));
            HandOn(new Scores(_sums.narrow(2, from, count) / weights, AreLogits: false, _ensemble.Card.Mode), from, count);
        }
        Advance(done);
        _row++;
    }

    // (1, C, high, wide) of what is in the window from a column on.
    private Tensor Tile(int left, int wide, int high)
    {
        var tile = new PixelImage(wide, high, _window.Channels, _window.Bits, _tile);
        var pixel = _window.Channels * _window.Bits / 8;
        for (var y = 0; y < tile.Height; y++) _window.Samples.AsSpan((y * _window.Stride) + (left * pixel), tile.Stride).CopyTo(tile.Samples.AsSpan(y * tile.Stride));
        return ModelInput.Of(tile, _ensemble.Card.Channels, _ensemble.Device);
    }

    private void HandOn(Scores scores, int from, int count)
    {
        _sinks.Write(scores, _settings.Threshold ?? _ensemble.Card.Threshold, Top + from, count, _window.Samples.AsSpan(from * _window.Stride, count * _window.Stride));
    }

    // What the next row of tiles shares with this one moves to the top.
    private void Advance(int done)
    {
        _window.Samples.AsSpan(done * _window.Stride).CopyTo(_window.Samples);
        var left = _down.Size - done;
        for (var from = 0; from < left; from += done)
        {
            // Never more at once than rows that do not overlap.
            var count = Math.Min(done, left - from);
            _sums.narrow(2, from, count).copy_(_sums.narrow(2, from + done, count));
        }
        _sums.narrow(2, left, done).zero_();
    }

    private Tensor Column(ReadOnlySpan<float> numbers) => Row(numbers).reshape(-1, 1);

    private Tensor Row(ReadOnlySpan<float> numbers) => tensor(numbers.ToArray(), device: _ensemble.Device);

    public void Dispose() => _sums.Dispose();
}
