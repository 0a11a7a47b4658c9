using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace SegTrain.Losses;

/// <summary>A list of numbers that compares by value, written <c>[1,2,0.5]</c>.</summary>
[CollectionBuilder(typeof(NumberList), nameof(Of))]
public sealed class NumberList : IReadOnlyList<double>, IEquatable<NumberList>
{
    private readonly double[] _numbers;

    private NumberList(double[] numbers) => _numbers = numbers;

    /// <inheritdoc/>
    public int Count => _numbers.Length;

    /// <inheritdoc/>
    public double this[int index] => _numbers[index];

    /// <summary>A list of these numbers.</summary>
    /// <param name="numbers">The numbers, copied.</param>
    /// <returns>The list.</returns>
    public static NumberList Of(ReadOnlySpan<double> numbers) => new(numbers.ToArray());

    /// <summary>The numbers as a new array.</summary>
    /// <returns>A copy.</returns>
    public double[] ToArray() => [.. _numbers];

    /// <inheritdoc/>
    public bool Equals(NumberList? other) => other is not null && _numbers.AsSpan().SequenceEqual(other._numbers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NumberList);

    /// <inheritdoc/>
    public override int GetHashCode() => _numbers.Length == 0 ? 0 : HashCode.Combine(_numbers.Length, _numbers[0], _numbers[^1]);

    /// <inheritdoc/>
    public IEnumerator<double> GetEnumerator() => ((IEnumerable<double>)_numbers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(',', _numbers.Select(Text))}]";

    /// <summary>A number as people write it, 1e-7 and not 1E-07.</summary>
    internal static string Text(double number) =>
        number.ToString(CultureInfo.InvariantCulture).Replace("E-0", "e-").Replace('E', 'e');
}
