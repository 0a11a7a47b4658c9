namespace SegTrain.Tests.Support;

/// <summary>Files of the checkout and of the shared folder beside it.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Whether kept texts are written anew instead of compared.</summary>
    public static bool RewritesGoldens => Environment.GetEnvironmentVariable("SEGTRAIN_UPDATE_GOLDEN") == "1";

    public static string File(string path) => Path.Combine(Root, path);

    /// <summary>A file or folder of <c>../shared</c> (or SEGTRAIN_SHARED); the test is skipped, saying so, where it is absent.</summary>
    public static string SharedFile(string path)
    {
        var shared = Environment.GetEnvironmentVariable("SEGTRAIN_SHARED") ?? Path.Combine(Root, "..", "shared");
        var full = Path.GetFullPath(Path.Combine(shared, path));
        Assert.SkipUnless(System.IO.File.Exists(full) || Directory.Exists(full), $"../shared/{path} is not there");
        return full;
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(folder, "SegTrain.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not lie inside a checkout");
        }
        return folder;
    }
}
