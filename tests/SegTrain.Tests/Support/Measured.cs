namespace SegTrain.Tests.Support;

/// <summary>Tests that measure what the whole process holds, and so run when no other does.</summary>
[CollectionDefinition(nameof(Measured), DisableParallelization = true)]
public sealed class Measured;
