using System.Diagnostics;
using SegTrain.Core.Data;
using SegTrain.Core.Images;
using SegTrain.Predictor;
using SegTrain.Tests.Cli;
using SegTrain.Tests.Core.Images;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.PredictorLibrary;

public sealed class PredictorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_says_what_the_program_says(bool resizes)
    {
        var data = resizes ? new DataConfig { Resize = [16, 12], Fit = FitMode.Letterbox } : new();
        var (model, picture) = (TrainedFile.Write(_folder["model"], classes: 3, data: data), Picture());
        Assert.Equal(0, new SegTrainProgram().Run("predict", model, picture, "--out", _folder["masks"], "--probabilities", "npy", "--device", "cpu"));
        using var predictor = SegTrain.Predictor.Predictor.Load(model, new() { Device = "cpu" });
        Assert.Equal(["c0", "c1", "c2"], predictor.Classes.Select(static item => item.Name));
        var prediction = predictor.Predict(picture);
        Assert.Equal((37, 21), (prediction.Width, prediction.Height));
        prediction.SaveMask(_folder["mask.png"]);
        Assert.Equal(File.ReadAllBytes(_folder["masks/picture.png"]), File.ReadAllBytes(_folder["mask.png"]));
        Assert.Equal(File.ReadAllBytes(_folder["masks/picture.npy"])[^(3 * 37 * 21 * sizeof(float))..], System.Runtime.InteropServices.MemoryMarshal.AsBytes(prediction.Probabilities.Span).ToArray());
        Assert.Equal(1, Enumerable.Range(0, 3).Sum(prediction.ShareOf), 1e-12);

        var image = ImageFile.Read(picture);
        var again = predictor.Predict(image.Samples, image.Width, image.Height, image.Channels);
        Assert.Equal(prediction.Classes.ToArray(), again.Classes.ToArray());
        Assert.Equal(prediction.Probabilities.ToArray(), again.Probabilities.ToArray());
    }

    [Fact]
    public async Task Any_thread_may_call_it()
    {
        var picture = Picture();
        using var predictor = SegTrain.Predictor.Predictor.Load(TrainedFile.Write(_folder["model"]), new() { Device = "cpu" });
        var alone = predictor.Predict(picture).Probabilities.ToArray();
        var together = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => predictor.Predict(picture).Probabilities.ToArray())));
        Assert.All(together, probabilities => Assert.Equal(alone, probabilities));
    }

    [Fact]
    public void What_is_wrong_is_said()
    {
        Assert.Contains("does not exist; name a run", Assert.Throws<PredictorException>(() => SegTrain.Predictor.Predictor.Load(_folder["nowhere"])).Message);
        var predictor = SegTrain.Predictor.Predictor.Load(TrainedFile.Write(_folder["model"], overlap: true));
        Assert.Contains("no such file", Assert.Throws<PredictorException>(() => predictor.Predict(_folder["nowhere.png"])).Message);
        Assert.Contains("4 x 4 pixels of 3 channels are 48 bytes, not 5", Assert.Throws<ArgumentException>(() => predictor.Predict(new byte[5], 4, 4, 3)).Message);
        Assert.Throws<InvalidOperationException>(() => predictor.Predict(new byte[48], 4, 4, 3).SaveMask(_folder["mask.png"]));
        predictor.Dispose();
        predictor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(new byte[48], 4, 4, 3));
    }

    [Fact]
    public void The_example_runs()
    {
        var (model, picture) = (TrainedFile.Write(_folder["model"], classes: 3), Picture());
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "Examples.Predictor", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\')), "Examples.Predictor.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, model, picture, _folder["mask.png"]]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, error) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        Assert.Equal(["c0", "c1", "c2"], output.Trim().Split('\n').Select(static line => line.Split(' ')[0]));
        Assert.Equal(37, ImageFile.Identify(_folder["mask.png"]).Width);
    }

    private string Picture()
    {
        var image = PixelImage.Allocate(37, 21, 3, 8);
        new Random(3).NextBytes(image.Samples);
        return _folder.Png("picture.png", image);
    }

    public void Dispose() => _folder.Dispose();
}
