using SegTrain.Core;
using SegTrain.Core.Engine;
using SegTrain.Core.Images;
using SegTrain.Core.Predict;
using Serilog.Core;

namespace SegTrain.Predictor;

/// <summary>
/// A trained model for programs: an image in, the class of every pixel and its probabilities out, the same to the last bit as <c>segtrain predict</c> writes.
/// </summary>
/// <remarks>
/// Loading takes some tenths of a second, so keep a predictor as long as there are images, and dispose it afterwards. Any thread may call it at any time: images are
/// looked at one after the other, each by all processors, and others wait. Normalisation, resizing, padding, tiles, calibration and the threshold are the model's.
/// </remarks>
/// <example><code>
/// using var predictor = Predictor.Load("runs/2026-11-21-1503-tversky");
/// var prediction = predictor.Predict("photo.jpg");
/// prediction.SaveMask("mask.png");
/// </code></example>
public sealed class Predictor : IDisposable
{
    private readonly Ensemble _ensemble;
    private readonly PredictSettings _settings;
    private readonly Lock _gate = new();
    private bool _isDisposed;

    private Predictor(Ensemble ensemble, PredictSettings settings)
    {
        (_ensemble, _settings) = (ensemble, settings);
        Classes = [.. ensemble.Card.Classes.Select(static item => new PredictorClass(item.Name, item.Color))];
    }

    /// <summary>In the order of their index.</summary>
    public IReadOnlyList<PredictorClass> Classes { get; }

    /// <summary>Whether a pixel may be of several classes, or of none.</summary>
    public bool ClassesOverlap => _ensemble.Card.ClassesOverlap;

    /// <summary>Of the images that the model was trained on: 1 grey, 3 RGB, 4 RGBA. Others of these are converted.</summary>
    public int Channels => _ensemble.Card.Channels;

    /// <param name="path">A run, a group of runs, a checkpoint or a model.safetensors.</param>
    /// <param name="options">How images are looked at; null: as <c>segtrain predict</c> does.</param>
    /// <exception cref="PredictorException">There is no model, it is damaged or of a later version, or LibTorch cannot be loaded.</exception>
    public static Predictor Load(string path, PredictorOptions? options = null) => Explained(() =>
    {
        options ??= new();
        TorchEngine.Start(Logger.None);
        return new Predictor(Ensemble.Open([path], ComputeDevice.Choose(options.Device)), new() { Tta = options.Flips ? Tta.Flips : Tta.None, Threshold = options.Threshold, Memory = options.Memory });
    });

    /// <param name="file">A PNG, JPEG, TIFF, BMP or WebP file.</param>
    /// <exception cref="PredictorException">It cannot be read, or has bands that the model does not take.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed.</exception>
    public Prediction Predict(string file) => Explained(() =>
    {
        var header = ImageFile.Identify(file);
        return Run(header.Width, header.Height, sink => ImagePrediction.Of(file, header, _ensemble, _settings, [sink], new Progress<double>(), default));
    });

    /// <summary>The same of pixels in memory.</summary>
    /// <param name="pixels">Rows from the top, samples of a pixel side by side: grey, RGB or RGBA, a byte each; width x height x channels of them.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1, 3 or 4.</param>
    /// <exception cref="ArgumentException">The numbers do not fit together.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed.</exception>
    public Prediction Predict(ReadOnlySpan<byte> pixels, int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (channels is not (1 or 3 or 4)) throw new ArgumentException("pixels have 1, 3 or 4 channels", nameof(channels));
        if (pixels.Length != (long)width * height * channels) throw new ArgumentException($"{width} x {height} pixels of {channels} channels are {(long)width * height * channels} bytes, not {pixels.Length}", nameof(pixels));
        var image = new PixelImage(width, height, channels, 8, pixels.ToArray());
        return Explained(() => Run(width, height, sink => ImagePrediction.Of(image, _ensemble, _settings, [sink])));
    }

    private Prediction Run(int width, int height, Action<IPredictionSink> predict)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            using var whole = new WholePrediction(width, height, _ensemble.Card);
            predict(whole);
            return whole.Prediction;
        }
    }

    /// <summary>Waits for the image under way, and frees the model's memory.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _ensemble.Dispose();
        }
    }

    private static T Explained<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SegTrainException refused)
        {
            throw new PredictorException(refused.Message, refused);
        }
    }
}
