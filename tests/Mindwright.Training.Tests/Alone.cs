namespace Mindwright.Training.Tests;

/// <summary>What concerns the process as a whole: no other test runs beside these.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
