namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>An image in its place in the batch, to be changed there.</summary>
/// <param name="planes">Channels x height x width, from 0 to 1.</param>
/// <param name="width">Pixels in a row.</param>
/// <param name="height">Rows.</param>
internal readonly ref struct Picture(Span<float> planes, int width, int height)
{
    private readonly Span<float> _planes = planes;

    public int Width => width;

    public int Height => height;

    public int Size => width * height;

    /// <summary>1 or 3: transparency is no colour and stays what it is.</summary>
    public int Colors => _planes.Length == Size ? 1 : 3;

    /// <summary>The planes of all colours, one after the other.</summary>
    public Span<float> All => _planes[..(Colors * Size)];

    public Span<float> Color(int index) => _planes.Slice(index * Size, Size);
}
