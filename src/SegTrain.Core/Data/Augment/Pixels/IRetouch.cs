using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>Changes colours after the pixels have found their place. Of colours between 0 and 1 it leaves such again.</summary>
internal interface IRetouch : IAugmentation
{
    /// <summary>Whether values below 0 and above 1 would be lost.</summary>
    bool KeepsToUnitRange => true;

    /// <param name="width">Of the picture, in pixels.</param>
    /// <param name="height">Of the picture, in pixels.</param>
    /// <param name="strength">The most that is done; 0 is nothing visible.</param>
    /// <param name="random">All that chance decides is drawn here.</param>
    Drawn Draw(int width, int height, double strength, ref CounterRandom random);

    /// <summary>The loader's form.</summary>
    void Apply(Picture picture, Drawn drawn);

    /// <summary>The device's form, which does the same to many pictures at once.</summary>
    /// <param name="colors">(N, 1 or 3, H, W), float32, 0 to 1; it stays as it is.</param>
    /// <param name="drawn">For each picture.</param>
    /// <returns>Of the shape of <paramref name="colors"/>, in the caller's dispose scope.</returns>
    Tensor Apply(Tensor colors, IReadOnlyList<Drawn> drawn);

    /// <summary>Ignores the classes that nobody can see any more.</summary>
    /// <param name="target">Height x <paramref name="width"/> class indices.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="drawn">As for the picture.</param>
    void Hide(Span<byte> target, int width, Drawn drawn)
    {
    }
}

/// <summary>What an <see cref="IRetouch"/> drew for one picture. It alone knows what the numbers mean.</summary>
internal readonly record struct Drawn(double A, double B = 0, double C = 0, double D = 0);
