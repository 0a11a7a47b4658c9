namespace SegTrain.Core.Engine.Loading;

/// <summary>The files that are mapped into this process, by Linux.</summary>
internal static class MappedFiles
{
    /// <summary>Whole paths, each once. In a line of the kernel's they come last.</summary>
    public static IEnumerable<string> Paths =>
        File.ReadLines("/proc/self/maps").Where(static line => line.Contains('/')).Select(static line => line[line.IndexOf('/')..]).Distinct();
}
