namespace SegTrain.Tests.Core.Data;

/// <summary>Real data sets, which are not in the repository: in <c>shared/data</c> beside the checkout, or where SEGTRAIN_SHARED says.</summary>
internal static class SharedData
{
    public static string Folder(string name)
    {
        var path = Path.Combine(Root(), "data", name);
        Assert.SkipUnless(Directory.Exists(path), $"the data set '{name}' is not there; put it into ../shared/data or set SEGTRAIN_SHARED");
        return path;
    }

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("SEGTRAIN_SHARED") is { Length: > 0 } root)
            return root;
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SegTrain.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? "", "..", "shared");
    }
}
