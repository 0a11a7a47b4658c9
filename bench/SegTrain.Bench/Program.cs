using SegTrain.Bench;

// bench/run: the training step.  bench/run losses: every loss.  bench/run loading: image files to batches.  bench/run pairs DIR N: writes a set.
// bench/run child ..., plain ... and load ...: one timed process, which the others start.
return args switch
{
    ["plain", .. var settings] => PlainChild.Run(StepSettings.Parse(settings)),
    ["child", .. var settings] => StepChild.Run(StepSettings.Parse(settings)),
    ["load", .. var options] => LoadingSettings.Run(new Options(options)),
    ["layers", .. var options] => LayerTable.Run(new Options(options)),
    ["losses", .. var options] => LossTable.Run(new Options(options)),
    ["loading", .. var options] => LoadingTable.Run(new Options(options)),
    ["pairs", var folder, var count] => WritePairs(folder, int.Parse(count)),
    _ => StepTable.Run(new Options(args)),
};

static int WritePairs(string folder, int count)
{
    LoadingSets.Write(folder, count, size: 32);
    return 0;
}
