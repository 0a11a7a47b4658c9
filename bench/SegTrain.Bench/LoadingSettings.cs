using System.Diagnostics;
using SegTrain.Core.Data;
using SegTrain.Core.Recipe;

namespace SegTrain.Bench;

/// <summary>One data set as the loader gets it.</summary>
internal sealed record LoadingSettings(string Data, int Size, int Batch, int Epochs)
{
    public IReadOnlyList<string> Arguments => ["--data", Data, "--size", $"{Size}", "--batch", $"{Batch}", "--epochs", $"{Epochs}"];

    /// <summary>The files of <c>images/</c> and <c>masks/</c>, an image and its mask with a tab between them.</summary>
    public IReadOnlyList<string> Pairs() => [.. Files("images").Zip(Files("masks"), static (image, mask) => $"{image}\t{mask}")];

    /// <summary>Prints pairs a second of each epoch after the first, as bench/torch_loading.py does.</summary>
    public static int Run(Options options)
    {
        var settings = new LoadingSettings(options.Text("--data", ""), options.Number("--size", 256), options.Number("--batch", 8), options.Number("--epochs", 2));
        var config = new RunConfig
        {
            Data = new()
            {
                Path = settings.Data,
                Resize = [settings.Size, settings.Size],
                Channels = 3,
                Cache = Enum.Parse<CacheMode>(options.Text("--cache", "none"), ignoreCase: true),
            },
            Train = new() { BatchSize = settings.Batch },
        };
        var loader = Dataset.Open(config.Loading).TrainingLoader(config.Loading);
        for (var epoch = 0; epoch <= settings.Epochs; epoch++)
        {
            var (start, seen) = (Stopwatch.GetTimestamp(), 0);
            foreach (var batch in loader.Epoch(epoch))
            {
                seen += batch.Count;
                batch.Dispose();
            }
            if (epoch > 0) Console.WriteLine($"rate {seen / Stopwatch.GetElapsedTime(start).TotalSeconds:F3}");
        }
        return 0;
    }

    private IEnumerable<string> Files(string folder) =>
        Directory.GetFiles(Path.GetFullPath(Path.Combine(Data, folder))).OrderBy(Path.GetFileNameWithoutExtension, StringComparer.Ordinal);
}
