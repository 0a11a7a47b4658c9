using SegTrain.Core.Images;
using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data;

/// <summary>
/// The built-in set: coloured shapes on textured noise, drawn when asked for. Class 0 is the background, class k the k-th kind of
/// <see cref="SyntheticShape"/>; each image holds every kind once and up to two more, with random place, size, turn and brightness,
/// later ones on top. Masks are exact to the pixel.
/// </summary>
/// <remarks>
/// The labels have no noise, so a perfect model reaches a Dice of 1. Attainable without any context is the Dice of the best classifier
/// of single pixels, which knows the mean colours of the classes: 0.98 or more over all classes for every number of classes; a test computes it.
/// </remarks>
/// <param name="config">Size and number of classes.</param>
/// <param name="offset">Number of the first image, so that training and validation never share one.</param>
/// <param name="count">How many images.</param>
/// <param name="channels">1, 3 or 4.</param>
/// <param name="seed">The seed of the run.</param>
internal sealed class SyntheticSamples(SyntheticConfig config, int offset, int count, int channels, int seed) : ISampleSource
{
    // Half of the shapes' summed area may be covered by later ones and every class still has 4 % of the pixels.
    private const double LeastArea = 0.055;
    private const double MostArea = 0.115;

    /// <summary>Mean colours of the classes, background first: far apart in RGB, so that brightness alone does not tell them.</summary>
    public static readonly IReadOnlyList<(int R, int G, int B)> Colors =
    [
        (90, 90, 90), (220, 60, 50), (60, 210, 60), (60, 80, 235), (225, 210, 60), (200, 60, 215), (60, 210, 220), (235, 235, 235),
    ];

    public int Count => count;

    public string Name(int index) => $"synthetic {offset + index}";

    public (int Width, int Height) Size(int index) => (config.Size, config.Size);

    public Sample Load(int index)
    {
        var random = new CounterRandom((ulong)seed, RandomStream.Synthetic, 0, offset + index);
        var target = new byte[config.Size * config.Size];
        var brightness = Texture(ref random);
        foreach (var kind in Kinds(ref random))
            Draw(kind, target, brightness, ref random);
        return new(ChannelLayout.Convert(Paint(target, brightness, ref random), channels), target);
    }

    private int[] Kinds(ref CounterRandom random)
    {
        var kinds = new int[config.Classes - 1 + random.NextInt(3)];
        for (var i = 0; i < kinds.Length; i++)
            kinds[i] = i < config.Classes - 1 ? i + 1 : 1 + random.NextInt(config.Classes - 1);
        random.Shuffle(kinds);
        return kinds;
    }

    private void Draw(int kind, byte[] target, double[] brightness, ref CounterRandom random)
    {
        var shape = SyntheticShape.All[kind - 1];
        var size = config.Size;
        var area = (LeastArea + ((MostArea - LeastArea) * random.NextDouble())) * (config.Classes < 4 ? 1.5 : 1);
        var radius = Math.Sqrt(area / shape.Area) * size;
        var (centreX, centreY) = (size * (0.15 + (0.7 * random.NextDouble())), size * (0.15 + (0.7 * random.NextDouble())));
        var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
        var light = 24 * (random.NextDouble() - 0.5);
        var reach = radius * SyntheticShape.Reach;
        for (var y = Math.Max(0, (int)(centreY - reach)); y < Math.Min(size, centreY + reach); y++)
        {
            for (var x = Math.Max(0, (int)(centreX - reach)); x < Math.Min(size, centreX + reach); x++)
            {
                var (dx, dy) = ((x + 0.5 - centreX) / radius, (y + 0.5 - centreY) / radius);
                if (!shape.Contains((dx * cos) + (dy * sin), (dy * cos) - (dx * sin)))
                    continue;
                target[(y * size) + x] = (byte)kind;
                brightness[(y * size) + x] = light;
            }
        }
    }

    // Smooth lights and shadows: random heights on a coarse grid, joined bilinearly.
    private double[] Texture(ref CounterRandom random)
    {
        const int Cells = 6;
        var grid = new double[(Cells + 1) * (Cells + 1)];
        for (var i = 0; i < grid.Length; i++)
            grid[i] = 56 * (random.NextDouble() - 0.5);
        var texture = new double[config.Size * config.Size];
        for (var y = 0; y < config.Size; y++)
        {
            for (var x = 0; x < config.Size; x++)
            {
                var (fx, fy) = (x * (double)Cells / config.Size, y * (double)Cells / config.Size);
                var at = ((int)fy * (Cells + 1)) + (int)fx;
                var (u, v) = (fx % 1, fy % 1);
                texture[(y * config.Size) + x] =
                    (((grid[at] * (1 - u)) + (grid[at + 1] * u)) * (1 - v)) + (((grid[at + Cells + 1] * (1 - u)) + (grid[at + Cells + 2] * u)) * v);
            }
        }

        return texture;
    }

    private PixelImage Paint(byte[] target, double[] brightness, ref CounterRandom random)
    {
        var image = PixelImage.Allocate(config.Size, config.Size, 3, 8);
        for (var i = 0; i < target.Length; i++)
        {
            var (r, g, b) = Colors[target[i]];
            image.Samples[(i * 3) + 0] = Noisy(r + brightness[i], ref random);
            image.Samples[(i * 3) + 1] = Noisy(g + brightness[i], ref random);
            image.Samples[(i * 3) + 2] = Noisy(b + brightness[i], ref random);
        }

        return image;
    }

    // The sum of four uniform bytes is close to normal, with a standard deviation of 147.8, and the same on every machine.
    private static byte Noisy(double value, ref CounterRandom random)
    {
        const double Deviation = 22;
        var bits = random.NextUInt();
        var sum = (bits & 255) + ((bits >> 8) & 255) + ((bits >> 16) & 255) + (bits >> 24);
        return (byte)Math.Clamp(value + ((sum - 510.0) * (Deviation / 147.8)), 0, 255);
    }
}
