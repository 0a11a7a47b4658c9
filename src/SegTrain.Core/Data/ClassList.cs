namespace SegTrain.Core.Data;

/// <param name="Name">As in metrics: val.iou[road].</param>
/// <param name="Value">The mask value as the configuration writes it.</param>
/// <param name="Color">Display colour '#RRGGBB'.</param>
/// <param name="Share">Its share of all mask pixels, ignored ones included; NaN before the masks were scanned.</param>
internal sealed record ClassInfo(string Name, string Value, string Color, double Share);

/// <summary>The classes in the order of their index.</summary>
/// <param name="Items">The first is the background; in a two-class task the second is the positive class.</param>
/// <param name="Ignored">Mask values left out of loss and metrics, as the configuration writes them.</param>
/// <param name="IgnoredShare">Their share of all mask pixels.</param>
internal sealed record ClassList(IReadOnlyList<ClassInfo> Items, IReadOnlyList<string> Ignored, double IgnoredShare)
{
    /// <summary>The class index of pixels that neither loss nor metrics see.</summary>
    public const byte Ignore = 255;

    /// <summary>One byte a pixel, less <see cref="Ignore"/> and the loader's own mark for values of no class.</summary>
    public const int MaxClasses = 254;

    public int Count => Items.Count;

    public bool IsBinary => Items.Count == 2;

    public IReadOnlyList<string> Names => [.. Items.Select(static item => item.Name)];
}
