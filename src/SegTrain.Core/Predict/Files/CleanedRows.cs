namespace SegTrain.Core.Predict.Files;

/// <summary>Holds the class map, and the image where somebody wants it, until all of it is there, and hands on what <see cref="Regions"/> leaves of it.</summary>
/// <param name="inner">Who gets it.</param>
/// <param name="settings">What goes.</param>
/// <param name="width">Of the image.</param>
/// <param name="height">Of the image.</param>
/// <param name="planes">Labels that may overlap, each a map of its own; else 1.</param>
internal sealed class CleanedRows(IReadOnlyList<IPredictionSink> inner, PredictSettings settings, int width, int height, int planes) : IPredictionSink
{
    private readonly byte[] _classes = new byte[(long)planes * width * height];
    private readonly MemoryStream _image = new();

    public void Write(PredictedRows rows)
    {
        var size = rows.Count * width;
        for (var plane = 0; plane < planes; plane++)
            rows.Classes.Slice(plane * size, size).CopyTo(_classes.AsSpan((plane * width * height) + (rows.Top * width)));
        if (settings.Overlays) _image.Write(rows.Image);
    }

    public void Complete()
    {
        var size = width * height;
        for (var plane = 0; plane < planes; plane++) Regions.Clean(_classes.AsSpan(plane * size, size), width, settings.RemoveSmall, settings.FillHoles);
        var rows = new PredictedRows { Top = 0, Count = height, Classes = _classes, Probabilities = [], Image = _image.GetBuffer().AsSpan(0, (int)_image.Length) };
        foreach (var sink in inner) sink.Write(rows);
        foreach (var sink in inner) sink.Complete();
    }

    public void Dispose()
    {
        foreach (var sink in inner) sink.Dispose();
        _image.Dispose();
    }
}
