using SegTrain.Core.Engine;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment;

/// <summary>Numbers on their way to a device.</summary>
internal static class Upload
{
    public static Tensor Of(float[] numbers, Device device) => Transfer.To(frombuffer(numbers, float32), device);

    public static Tensor Of(long[] numbers, Device device) => Transfer.To(frombuffer(numbers, int64), device);

    /// <param name="rows">N of them.</param>
    /// <param name="device">Where to.</param>
    /// <param name="numbers">Of a row: equally many of each.</param>
    /// <returns>For each number of a row an (N, 1, 1, 1) tensor.</returns>
    public static Tensor[] Floats<T>(this IReadOnlyList<T> rows, Device device, Func<T, float[]> numbers) =>
        Columns(Of((float[])[.. rows.SelectMany(numbers)], device), rows.Count);

    /// <inheritdoc cref="Floats"/>
    public static Tensor[] Integers<T>(this IReadOnlyList<T> rows, Device device, Func<T, long[]> numbers) =>
        Columns(Of((long[])[.. rows.SelectMany(numbers)], device), rows.Count);

    private static Tensor[] Columns(Tensor all, int rows)
    {
        var table = all.view(rows, -1);
        return [.. Enumerable.Range(0, (int)table.shape[1]).Select(i => table.narrow(1, i, 1).view(rows, 1, 1, 1))];
    }
}
