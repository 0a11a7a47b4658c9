using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>Noise of its own on every pixel and colour, close to normal.</summary>
internal sealed class Noise : IRetouch
{
    /// <param name="picture">The picture.</param>
    /// <param name="strength">The largest standard deviation; 1 is from black to white.</param>
    /// <param name="random">Draws the deviation, uniformly from 0, and the noise.</param>
    public void Apply(Picture picture, double strength, ref CounterRandom random)
    {
        // The sum of four uniform bytes is close to normal, with this standard deviation.
        const double OfSum = 147.8;
        var scale = (float)(random.NextDouble() * strength / OfSum);
        var values = picture.All;
        for (var i = 0; i < values.Length; i += 4)
        {
            var block = random.NextBlock();
            for (var word = 0; word < Math.Min(4, values.Length - i); word++)
            {
                var bits = block[word];
                var sum = (bits & 255) + ((bits >> 8) & 255) + ((bits >> 16) & 255) + (bits >> 24);
                values[i + word] += ((int)sum - 510) * scale;
            }
        }

        Levels.Stretch(values, 1, 0);
    }
}
