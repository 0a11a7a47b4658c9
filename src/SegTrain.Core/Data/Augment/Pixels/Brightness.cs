using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

internal sealed class Brightness : IRetouch
{
    /// <summary>What is added, uniform up to the strength either way; 1 is from black to white.</summary>
    public Drawn Draw(int width, int height, double strength, ref CounterRandom random) => new(random.NextSigned() * strength);

    public void Apply(Picture picture, Drawn drawn) => Levels.Stretch(picture.All, 1, (float)drawn.A);

    public Tensor Apply(Tensor colors, IReadOnlyList<Drawn> drawn) => colors.Plus(drawn.Floats(colors.device, static numbers => [(float)numbers.A])[0]).clamp(Zero, One);
}
