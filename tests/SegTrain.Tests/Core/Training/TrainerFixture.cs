using System.Diagnostics;
using SegTrain.Core.Data;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;
using Serilog.Core;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Training;

/// <summary>The trainer alone, on eight synthetic images of 16x16, two steps an epoch.</summary>
internal static class TrainerFixture
{
    private static readonly string[] Defaults =
    [
        "data.synthetic.classes=3", "data.synthetic.train=8", "data.synthetic.validation=4", "data.synthetic.size=16", "data.threads=1",
        "model.depth=1", "model.width=8", "train.batch_size=4", "train.device=cpu", "loss=ce",
    ];

    /// <param name="keys"><c>key=value</c>, before the defaults.</param>
    /// <param name="change">What of the setup is another.</param>
    /// <param name="step">After each step.</param>
    /// <param name="time">The trainer's clock.</param>
    /// <returns>Where the run ended.</returns>
    public static TrainState Run(string[] keys, Func<TrainingSetup, Dataset, TrainingSetup>? change = null, Action<TrainingSetup>? step = null, TimeProvider? time = null)
    {
        using var folder = new TemporaryFolder();
        var (prepared, data) = Preparation.Of(new(LoadSet([.. Defaults.Concat(keys).GroupBy(static key => key.Split('=')[0]).Select(static group => group.Last())]), null, [], ""), Logger.None, CancellationToken.None);
        using var setup = change?.Invoke(prepared, data) ?? prepared;
        var run = RunFolder.Create(folder.Path, "run", "", DateTime.Now).WithCheckpoints();
        var recorder = new RunRecorder(run, data.Classes.Names, new Watcher(step: _ => step?.Invoke(setup)), Logger.None, Stopwatch.StartNew());
        recorder.Started(new RunInfo(run.Path, "ce", "cpu", data.Classes.Names, setup.Config.Train.Epochs, setup.Length.StepsPerEpoch), "1", "", setup.Beginning);
        return new Trainer(setup, recorder, time ?? TimeProvider.System).Run(setup.Beginning, CancellationToken.None);
    }
}
