namespace SegTrain.Tests.Support;

/// <summary>
/// Tests that count on the first weights of a seed. LibTorch draws them from the one generator of the process, which tests that run at the
/// same time would draw from as well.
/// </summary>
[CollectionDefinition(nameof(Seeded), DisableParallelization = true)]
public sealed class Seeded;
