using SegTrain.Cli.Output;
using SegTrain.Tests.Support;
using Serilog;

namespace SegTrain.Tests.Cli.Output;

public sealed class RunLogFileTests
{
    [Fact]
    public void A_full_disk_costs_lines_and_nothing_else()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.File("log.txt"), "/dev/full");
        using var file = new RunLogFile();
        using var log = new LoggerConfiguration().WriteTo.Sink(file).CreateLogger();
        file.Open(folder.File("log.txt"));
        log.Information("nobody will read this");
        file.Close();

        file.Open(folder.File("another.txt"));
        log.Information("but this");
        file.Close();
        Assert.EndsWith("INF but this", Assert.Single(File.ReadAllLines(folder.File("another.txt"))), StringComparison.Ordinal);
    }
}
