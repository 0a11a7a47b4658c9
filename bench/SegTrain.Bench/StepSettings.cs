namespace SegTrain.Bench;

/// <summary>One size of the training step: U-Net width 16, depth 4, batch normalisation, BCE + Dice, Adam; activations of fp32 or bf16.</summary>
internal sealed record StepSettings(int Batch, int Size, int Steps, string Device, string Precision)
{
    public IReadOnlyList<string> Arguments =>
        ["--batch", $"{Batch}", "--size", $"{Size}", "--steps", $"{Steps}", "--device", Device, "--precision", Precision];

    public static StepSettings Parse(ReadOnlySpan<string> words)
    {
        var settings = new StepSettings(8, 128, 5, "cpu", "fp32");
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            settings = words[i] switch
            {
                "--batch" => settings with { Batch = int.Parse(words[i + 1]) },
                "--size" => settings with { Size = int.Parse(words[i + 1]) },
                "--steps" => settings with { Steps = int.Parse(words[i + 1]) },
                "--device" => settings with { Device = words[i + 1] },
                "--precision" => settings with { Precision = words[i + 1] },
                _ => throw new ArgumentException($"unknown option {words[i]}"),
            };
        }
        return settings;
    }
}
