using SegTrain.Core.Config; using SegTrain.Core.Training; using SegTrain.Core.Tracking; using Serilog;
var log = new LoggerConfiguration().MinimumLevel.Debug().WriteTo.Console(standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose).CreateLogger();
var c = new RunConfig { Loss = "bce" }; c = c with { Train = c.Train with { Epochs = int.Parse(args[0]) } };
try { var r = Fit.Run(new FitRequest(new EffectiveConfig(c, new Dictionary<string, Origin>()), null, [], "x"), new P(), log, default); Console.WriteLine(r.Metrics["val.dice"]); return 0; }
catch (SegTrain.Core.SegTrainException e) { Console.Error.WriteLine(e.Message); return (int)e.Code; }
sealed class P : IRunProgress { bool f; public void Started(RunInfo r) { } public void Step(in StepInfo s) { if (!f) Console.WriteLine("first " + (DateTime.Now - System.Diagnostics.Process.GetCurrentProcess().StartTime)); f = true; } public void Epoch(EpochInfo e) => Console.WriteLine($"{e.Epoch} {e.Elapsed.TotalSeconds:F1}s live {e.LiveTensors} loss {e.Metrics["train.loss"]:F4} tr {e.Metrics["train.dice"]:F4} val {e.Metrics["val.dice"]:F4} rss {Environment.WorkingSet >> 20}"); }
