using System.Reflection;

namespace SegTrain.Core.Data.Augment;

/// <summary>A key of <see cref="AugmentConfig"/> that the presets know.</summary>
internal sealed record AugmentationRow(PropertyInfo Key, StrengthAttribute Preset)
{
    /// <summary>The strength that is set; 1 and 0 for true and false.</summary>
    public double Strength(AugmentConfig config) => Convert.ToDouble(Key.GetValue(config));

    /// <summary>Sets what is empty to the strength in the preset.</summary>
    public void Fill(AugmentConfig config)
    {
        var type = Nullable.GetUnderlyingType(Key.PropertyType)!;
        if (Key.GetValue(config) is null)
            Key.SetValue(config, Convert.ChangeType(Preset.In(config.Preset), type));
    }
}

/// <summary>The rows of <see cref="AugmentConfig"/>, found once by reflection.</summary>
internal static class AugmentationTable
{
    public static readonly IReadOnlyList<AugmentationRow> Rows =
    [
        .. from property in typeof(AugmentConfig).GetProperties()
           let preset = property.GetCustomAttribute<StrengthAttribute>()
           where preset is not null
           select new AugmentationRow(property, preset),
    ];
}
