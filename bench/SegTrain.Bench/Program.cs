using SegTrain.Bench;

// bench/run: the table.  bench/run child ...: one timed process of ours, which the table starts.
return args is ["child", .. var settings] ? StepChild.Run(StepSettings.Parse(settings)) : StepTable.Run(args);
