using System.Xml.Linq;
using SegTrain.Core;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Cli;

public sealed class JUnitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_run_and_each_demand_are_test_cases()
    {
        Assert.Equal(7, new SegTrainProgram().Run("fit", "--junit", _folder.File("a.xml"), "--assert", "val.dice>=0.8", "--assert", "val.dice>=0.9"));
        var suite = Suite("a.xml", tests: 3, failures: 1, skipped: 0);
        Assert.Equal(["run", "val.dice>=0.8", "val.dice>=0.9"], Names(suite));
        var failure = Assert.Single(suite.Descendants("failure"));
        Assert.Equal("val.dice>=0.9", failure.Parent!.Attribute("name")!.Value);
        Assert.Equal(("wanted val.dice >= 0.9, got 0.875", "exit code 7"), (failure.Attribute("message")!.Value, failure.Attribute("type")!.Value));
    }

    [Theory]
    [InlineData(ExitCode.Diverged, "the loss became NaN in step 3 of a\u0001b.png", "the loss became NaN in step 3 of a\uFFFDb.png")]
    [InlineData(ExitCode.Data, "<cells> & \"masks\"", "<cells> & \"masks\"")]
    public void A_run_that_fails_is_a_failed_test_case_and_its_demands_are_skipped(object code, string message, string expected)
    {
        var program = new SegTrainProgram { Fit = (_, _, _, _) => throw new SegTrainException((ExitCode)code, message) };
        Assert.Equal((int)(ExitCode)code, program.Run("fit", "--junit", _folder.File("a.xml"), "--assert", "val.dice>=0.8"));
        var suite = Suite("a.xml", tests: 2, failures: 1, skipped: 1);
        var failure = Assert.Single(suite.Descendants("failure"));
        Assert.Equal("run", failure.Parent!.Attribute("name")!.Value);
        Assert.Equal((expected, $"exit code {(int)(ExitCode)code}"), (failure.Attribute("message")!.Value, failure.Attribute("type")!.Value));
        Assert.Single(suite.Descendants("skipped"));
    }

    [Fact]
    public void A_bug_and_a_configuration_that_is_refused_are_failures_too()
    {
        var broken = new SegTrainProgram { Fit = static (_, _, _, _) => throw new InvalidOperationException("boom") };
        Assert.Equal(1, broken.Run("fit", "--junit", _folder.File("a.xml")));
        Assert.Equal("exit code 1", Assert.Single(Suite("a.xml", 1, 1, 0).Descendants("failure")).Attribute("type")!.Value);
        Assert.Equal(3, new SegTrainProgram().Run("fit", "--epochs", "x", "--junit", _folder.File("b.xml")));
        Assert.Equal("exit code 3", Assert.Single(Suite("b.xml", 1, 1, 0).Descendants("failure")).Attribute("type")!.Value);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_said_before_training()
    {
        var program = new SegTrainProgram();
        Assert.Equal(2, program.Run("fit", "--junit", _folder.File("none/a.xml")));
        Assert.Contains("there is no folder", program.Error);
        Assert.Equal(2, program.Run("fit", "--junit", _folder.Path));
        Assert.Contains("is a folder; name a file in it", program.Error);
        Assert.Equal(2, program.Run("fit", "--junit", ""));
        Assert.Contains("is empty; name a file", program.Error);
        // A folder in which nobody may make files, not even root.
        Assert.Equal(2, program.Run("fit", "--junit", "/proc/a.xml"));
        Assert.Contains("segtrain: --junit /proc/a.xml: ", program.Error);
        Assert.Null(program.Request);
    }

    [Fact]
    public void Looking_whether_it_can_be_written_leaves_the_file_as_it_is()
    {
        File.WriteAllText(_folder.File("a.xml"), "old");
        var program = new SegTrainProgram { Fit = (_, _, _, _) => new("run", Assert.Single(Directory.GetFileSystemEntries(_folder.Path)) == _folder.File("a.xml") ? 1 : 0, 1,
            new Dictionary<string, double> { ["val.loss"] = File.ReadAllText(_folder.File("a.xml")).Length }, [], TimeSpan.Zero) };
        Assert.Equal(0, program.Run("fit", "--junit", _folder.File("a.xml"), "--assert", "val.loss==3"));
    }

    [Theory]
    [InlineData("val.dice>=0.8", 3, 0)]
    [InlineData("val.dice>=0.9", 7, 1)]
    public void A_result_that_cannot_be_printed_is_in_the_file(string demand, int code, int failures)
    {
        var program = new SegTrainProgram { Full = true };
        Assert.Equal(code, program.Run("fit", "--junit", _folder.File("a.xml"), "--assert", demand));
        Suite("a.xml", tests: 2, failures, skipped: 0);
        Assert.Contains("the result cannot be written to stdout: No space left on device", program.Error);
    }

    [Fact]
    public void A_file_that_can_no_longer_be_written_does_not_hide_the_result()
    {
        var program = new SegTrainProgram { Fit = (_, _, _, _) => throw new SegTrainException(ExitCode.Diverged, Gone("the loss became NaN")) };
        Directory.CreateDirectory(_folder.File("later"));
        Assert.Equal((int)ExitCode.Diverged, program.Run("fit", "--junit", _folder.File("later/a.xml")));
        Assert.Contains("the loss became NaN", program.Error);
        Assert.Contains("--junit", program.Error);

        string Gone(string message)
        {
            Directory.Delete(_folder.File("later"));
            return message;
        }
    }

    /// <summary>What every reader of the format needs: one root, the counts, and a class and a name for each case.</summary>
    private XElement Suite(string file, int tests, int failures, int skipped)
    {
        var root = XDocument.Load(_folder.File(file)).Root!;
        Assert.Equal("testsuites", root.Name);
        var suite = Assert.Single(root.Elements());
        Assert.Equal(("testsuite", "segtrain fit"), (suite.Name, suite.Attribute("name")!.Value));
        Assert.Equal((tests, failures, skipped, 0), ((int)suite.Attribute("tests")!, (int)suite.Attribute("failures")!, (int)suite.Attribute("skipped")!, (int)suite.Attribute("errors")!));
        Assert.InRange((double)suite.Attribute("time")!, 0, 60);
        Assert.Equal(tests, suite.Elements("testcase").Count());
        Assert.All(suite.Elements("testcase"), static test => Assert.Equal("segtrain fit", test.Attribute("classname")!.Value));
        return suite;
    }

    private static IEnumerable<string> Names(XElement suite) => suite.Elements("testcase").Select(static test => test.Attribute("name")!.Value);
}
