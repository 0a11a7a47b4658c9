using System.ComponentModel;

namespace SegTrain.Core.Data.Augment;

/// <summary>A change of training samples, of one of the kinds <see cref="Turns.ITurn"/>, <see cref="Warps.IWarp"/> and <see cref="Pixels.IRetouch"/>.</summary>
internal interface IAugmentation;

/// <summary>What a key of <see cref="AugmentConfig"/> means, and its strength in each preset: 0 or false unless said.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal class StrengthAttribute(string description) : DescriptionAttribute
{
    public double Light { get; init; }

    public double Medium { get; init; }

    public double Strong { get; init; }

    public override string Description => $"{description}{Presets}";

    /// <summary>What does it; null for a key that is more than the change of one sample.</summary>
    public virtual IAugmentation? Make() => null;

    public double In(AugmentPreset preset) => preset switch
    {
        AugmentPreset.Light => Light,
        AugmentPreset.Medium => Medium,
        AugmentPreset.Strong => Strong,
        _ => 0,
    };

    private string Presets => (Light, Medium, Strong) switch
    {
        (0, 0, 0) => "",
        (1, 1, 1) => " In every preset but none.",
        (0, 0, _) => $" Strong {Strong}.",
        (0, _, _) => $" Medium {Medium}, strong {Strong}.",
        _ => $" Light {Light}, medium {Medium}, strong {Strong}.",
    };
}

/// <inheritdoc/>
/// <typeparam name="T">What does it.</typeparam>
internal sealed class AugmentationAttribute<T>(string description) : StrengthAttribute(description)
    where T : IAugmentation, new()
{
    public override IAugmentation Make() => new T();
}
