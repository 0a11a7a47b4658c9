using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>Noise of its own on every pixel and colour, close to normal. The values of a picture count the blocks of random numbers under a key of its own.</summary>
internal sealed class Noise : IRetouch
{
    // The sum of four uniform bytes is close to normal, with this standard deviation.
    private const double OfSum = 147.8;

    /// <summary>The standard deviation, uniform from 0 up to the strength, 1 being from black to white; and the words of the key.</summary>
    public Drawn Draw(int width, int height, double strength, ref CounterRandom random) => new(random.NextDouble() * strength, random.NextUInt(), random.NextUInt());

    public void Apply(Picture picture, Drawn drawn)
    {
        var scale = (float)(drawn.A / OfSum);
        var key = ((ulong)drawn.C << 32) | (uint)drawn.B;
        var values = picture.All;
        for (var i = 0; i < values.Length; i += 4)
        {
            var block = new PhiloxBlock((uint)i / 4, 0, 0, 0).Encrypt(key);
            for (var word = 0; word < Math.Min(4, values.Length - i); word++)
            {
                var bits = block[word];
                var sum = (bits & 255) + ((bits >> 8) & 255) + ((bits >> 16) & 255) + (bits >> 24);
                values[i + word] += ((int)sum - 510) * scale;
            }
        }

        Levels.Stretch(values, 1, 0);
    }

    /// <summary>The very same noise, to the bit.</summary>
    public Tensor Apply(Tensor colors, IReadOnlyList<Drawn> drawn)
    {
        var values = colors.flatten(1);
        var (length, device) = (values.shape[1], colors.device);
        var key = drawn.Integers(device, static numbers => [(long)numbers.B, (long)numbers.C]);
        var scale = drawn.Floats(device, static numbers => [(float)(numbers.A / OfSum)])[0];
        var words = PhiloxTensors.Words((length + 3) / 4, key[0].flatten(1), key[1].flatten(1)).narrow(1, 0, length);
        var last = tensor(255L);
        var sums = words.bitwise_and(last).Plus(Byte(8)).Plus(Byte(16)).Plus(Byte(24));
        return values.Plus((sums - Num(510)).to(float32) * scale.flatten(1)).clamp(Zero, One).view(colors.shape);

        Tensor Byte(int shift) => words.bitwise_right_shift(tensor((long)shift)).bitwise_and(last);
    }
}
