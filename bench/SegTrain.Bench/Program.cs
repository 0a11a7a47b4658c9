using SegTrain.Bench;

// bench/run: the training step.  bench/run losses: every loss.  bench/run child ...: one timed process of ours, which the first starts.
return args switch
{
    ["child", .. var settings] => StepChild.Run(StepSettings.Parse(settings)),
    ["losses", .. var options] => LossTable.Run(new Options(options)),
    _ => StepTable.Run(new Options(args)),
};
