using System.Text;
using SegTrain.Core;

namespace SegTrain.Cli.Output;

/// <summary>stdout, of which a full disk is an error of the user's machine. A pipe that nobody reads is none: the runtime leaves that silent.</summary>
internal sealed class ResultWriter(TextWriter output) : TextWriter
{
    public override Encoding Encoding => output.Encoding;

    /// <exception cref="SegTrainException">It cannot be written.</exception>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc cref="Write(char)"/>
    public override void Write(string? value)
    {
        try
        {
            output.Write(value);
        }
        catch (IOException full)
        {
            throw new SegTrainException(ExitCode.Config, $"the result cannot be written to stdout: {full.Message}; print it elsewhere, or make room where the disk is full", full);
        }
    }
}
