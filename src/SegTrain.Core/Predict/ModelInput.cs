using System.Runtime.InteropServices;
using SegTrain.Core.Data;
using SegTrain.Core.Images;
using static TorchSharp.torch;

namespace SegTrain.Core.Predict;

/// <summary>Pixels as a net takes them: what the loader makes of them in training.</summary>
internal static class ModelInput
{
    /// <param name="image">Any size.</param>
    /// <param name="channels">Of the net.</param>
    /// <param name="device">Where the net is.</param>
    /// <returns>(1, channels, H, W), float32, in the caller's dispose scope.</returns>
    public static Tensor Of(PixelImage image, int channels, Device device)
    {
        var sample = new Sample(ChannelLayout.Convert(image, channels), []);
        var planes = empty([1, channels, image.Height, image.Width]);
        SampleView.Whole(sample).Write(MemoryMarshal.Cast<byte, float>(planes.bytes), []);
        return planes.to(device);
    }

    /// <exception cref="SegTrainException">The net cannot take the file's channels.</exception>
    public static void Check(string file, ImageHeader header, int channels)
    {
        if (header.HasBands && header.Channels != channels)
        {
            throw new SegTrainException(ExitCode.Data,
                $"{file}: the file has {header.Channels} bands, and the model takes {Named(channels)}; only grey, RGB and RGBA are made of each other");
        }
    }

    private static string Named(int channels) => channels switch { 1 => "1 channel (grey)", 3 => "3 channels (RGB)", 4 => "4 channels (RGBA)", _ => $"{channels} channels" };
}
