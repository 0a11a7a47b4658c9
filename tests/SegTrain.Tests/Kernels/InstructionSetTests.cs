using System.Diagnostics;

namespace SegTrain.Tests.Kernels;

/// <summary>The kernels once more in processes for which the runtime is told that the processor has less than it has.</summary>
public sealed class InstructionSetTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512", "256")]
    [InlineData("DOTNET_EnableAVX2", "128")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0")]
    public void Kernels_are_right_without(string instructions, string left)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            typeof(InstructionSetTests).Assembly.Location, "--progress", "off", "--no-ansi",
            "--filter-class", typeof(Convolution3x3Tests).FullName!, "--filter-class", typeof(WinogradTests).FullName!, "--filter-class", typeof(VectorWidthTests).FullName!,
        ]) { RedirectStandardOutput = true };
        start.Environment[instructions] = "0";
        start.Environment[VectorWidthTests.Expected] = left;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        Assert.Matches(@"succeeded: (2[5-9]|[3-9]\d)", output);
    }
}
