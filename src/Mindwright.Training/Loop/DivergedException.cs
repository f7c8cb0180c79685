
namespace Mindwright.Training.Loop;

/// <summary>Gradients stayed not finite, so the stage has stopped. The message names the last good checkpoint and the dump of the batch.</summary>
public sealed class DivergedException : Exception
{
    /// <summary>Makes an exception whose message says what happened, what was kept, and what may put it right.</summary>
    public DivergedException(string message)
        : base(message)
    {
    }

    /// <summary>Folder of the last good checkpoint; null where the stage keeps none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>File with the token ids of the last batch; null where none was written.</summary>
    public string? Dump { get; init; }
}
