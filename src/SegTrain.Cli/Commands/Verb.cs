using System.CommandLine;

namespace SegTrain.Cli.Commands;

/// <summary>A command with examples under its help.</summary>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Command lines that work as they stand, one a line.</summary>
    public required string Examples { get; init; }
}
