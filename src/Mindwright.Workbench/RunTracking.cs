using Mindwright.Runs;

namespace Mindwright.Workbench;

/// <summary>Keeps a run's status true while something is done with it.</summary>
internal static class RunTracking
{
    /// <summary>Does the work: the run is running meanwhile, and afterwards done, interrupted, or failed with the message.</summary>
    /// <param name="run">The run; null where another process owns it.</param>
    /// <param name="work">The work.</param>
    public static T Track<T>(RunFolder? run, Func<T> work)
    {
        Set(run, RunStatus.Running);
        try
        {
            var result = work();
            Set(run, RunStatus.Done);
            return result;
        }
        catch (OperationCanceledException)
        {
            TrySet(run, RunStatus.Interrupted);
            throw;
        }
        catch (Exception e)
        {
            TrySet(run, RunStatus.Failed, e.Message);
            throw;
        }
    }

    // The error that ended the run is what a person must see, not one that follows from it (a full disk, say).
    private static void TrySet(RunFolder? run, RunStatus status, string? failure = null)
    {
        try
        {
            Set(run, status, failure);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // The run then says that it is running; that no process holds its lock tells otherwise.
        }
    }

    private static void Set(RunFolder? run, RunStatus status, string? failure = null) =>
        run?.UpdateManifest(manifest => manifest with { Status = status, Failure = failure?.ReplaceLineEndings(" ") });
}
