namespace SegTrain.Core.Config;

/// <summary>
/// <c>SEGTRAIN_TRAIN__EPOCHS=5</c> sets <c>train.epochs</c>: two underscores are the dot, case does not matter, an empty variable counts as unset.
/// </summary>
internal static class EnvironmentLayer
{
    private const string Prefix = "SEGTRAIN_";

    /// <summary>Variables of the build, the launcher and the tests; no keys.</summary>
    private static readonly string[] Reserved = ["SEGTRAIN_BACKEND", "SEGTRAIN_FUZZ", "SEGTRAIN_GOLDENS", "SEGTRAIN_KILLS", "SEGTRAIN_SHARED", "SEGTRAIN_UPDATE_GOLDEN"];

    public static IEnumerable<(string Variable, string Key, string Value)> Read(IReadOnlyDictionary<string, string> environment) =>
        from variable in environment.Keys.Order(StringComparer.Ordinal)
        where variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && !Reserved.Contains(variable, StringComparer.OrdinalIgnoreCase)
            && environment[variable].Length > 0
        select (variable, variable[Prefix.Length..].Replace("__", ".").ToLowerInvariant(), environment[variable]);

    /// <summary>The variable that sets a key.</summary>
    public static string Variable(string key) => Prefix + key.Replace(".", "__").ToUpperInvariant();
}
