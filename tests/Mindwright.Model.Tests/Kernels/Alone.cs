namespace Mindwright.Model.Tests;

/// <summary>Tests that count all live tensors, look where they lie, or set torch's number of threads: these belong to the whole process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
