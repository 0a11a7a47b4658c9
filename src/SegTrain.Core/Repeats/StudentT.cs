namespace SegTrain.Core.Repeats;

/// <summary>Student's t distribution for whole degrees of freedom, where its distribution function is a finite sum.</summary>
/// <remarks>M. Abramowitz, I. Stegun: Handbook of Mathematical Functions, 1964, 26.7.3 and 26.7.4.</remarks>
internal static class StudentT
{
    /// <summary>The t for which a share <paramref name="confidence"/> of the distribution lies between -t and t.</summary>
    /// <param name="confidence">Above 0 and below 1.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double TwoSided(double confidence, int freedom)
    {
        // The share grows with the angle, from 0 to 1; sixty halvings leave an interval below the spacing of doubles.
        var (low, high) = (0.0, Math.PI / 2);
        for (var halving = 0; halving < 60; halving++)
        {
            var middle = (low + high) / 2;
            (low, high) = Within(middle, freedom) < confidence ? (middle, high) : (low, middle);
        }

        return Math.Sqrt(freedom) * Math.Tan((low + high) / 2);
    }

    // The share between -t and t, with t = sqrt(freedom) tan(angle).
    private static double Within(double angle, int freedom)
    {
        var (sin, cos) = Math.SinCos(angle);
        var isOdd = freedom % 2 == 1;
        var (term, sum) = isOdd ? (cos, freedom > 1 ? cos : 0) : (1.0, 1.0);
        for (var k = isOdd ? 2 : 1; k < freedom - 2; k += 2)
        {
            term *= k / (k + 1.0) * cos * cos;
            sum += term;
        }

        return isOdd ? 2 / Math.PI * (angle + sin * sum) : sin * sum;
    }
}
