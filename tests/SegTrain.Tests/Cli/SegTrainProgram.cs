using System.Text;
using SegTrain.Cli;
using SegTrain.Core.Export;
using SegTrain.Core.Training;

namespace SegTrain.Tests.Cli;

/// <summary>The whole program in this process, with training replaced.</summary>
internal sealed class SegTrainProgram
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    public Dictionary<string, string> Environment { get; } = [];

    public string Out => _output.ToString();

    public string Error => _error.ToString();

    /// <summary>What training was asked for.</summary>
    public FitRequest? Request { get; private set; }

    /// <summary>Whether what is printed meets a full disk.</summary>
    public bool Full { get; init; }

    /// <summary>What is typed.</summary>
    public string In { get; init; } = "";

    /// <summary>Stands in for training.</summary>
    public RunFit Fit { get; init; } = static (_, _, _, _) => Result;

    /// <summary>Writes models; the real one where nothing stands in for it.</summary>
    public RunExport Export { get; init; } = static (request, log) => ModelExport.Run(request, log);

    public static FitResult Result { get; } = new(
        "runs/one", 20, 18,
        new Dictionary<string, double>
        {
            ["train.loss"] = 0.25,
            ["val.loss"] = 0.5,
            ["val.accuracy"] = 0.9,
            ["val.dice"] = 0.875,
            ["val.iou"] = 0.75,
            ["val.dice[background]"] = 0.99,
            ["val.dice[road]"] = 0.875,
            ["val.iou[background]"] = 0.98,
            ["val.iou[road]"] = double.NaN,
        },
        ["background", "road"], TimeSpan.FromSeconds(65.25));

    public int Run(params string[] arguments) => Program.Run(
        arguments,
        new()
        {
            Out = Full ? new StreamWriter("/dev/full") { AutoFlush = true } : new StringWriter(_output) { NewLine = "\n" },
            Error = new StringWriter(_error) { NewLine = "\n" },
            In = () => new StringReader(In),
            Environment = Environment,
        },
        (request, progress, log, stop) =>
        {
            Request = request;
            return Fit(request, progress, log, stop);
        },
        Export);
}
