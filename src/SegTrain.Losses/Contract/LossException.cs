namespace SegTrain.Losses;

/// <summary>A loss was asked for in a way that cannot work; the message says what, where, and what to do.</summary>
public sealed class LossException : ArgumentException
{
    /// <summary>Makes an exception without a message.</summary>
    public LossException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public LossException(string message) : base(message)
    {
    }

    /// <summary>Makes an exception that passes on another.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public LossException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Makes an exception about one place of an expression.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="expression">The whole expression.</param>
    /// <param name="column">Where in the expression, from 1.</param>
    public LossException(string message, string expression, int column)
        : base($"{message} (column {column} of '{expression}')") => (Expression, Column) = (expression, column);

    /// <summary>The expression that was read; null when the trouble is elsewhere.</summary>
    public string? Expression { get; }

    /// <summary>Where in the expression, from 1; null when the trouble is elsewhere.</summary>
    public int? Column { get; }
}
