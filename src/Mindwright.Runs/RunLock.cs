using Mindwright.Runs.Files;

namespace Mindwright.Runs;

/// <summary>
/// The exclusive right to write to a run folder: a file opened by one process. The system releases it when the process ends in any way.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const string FileName = ".lock";

    private readonly FileStream _stream;

    private RunLock(FileStream stream) => _stream = stream;

    /// <summary>Takes the lock of a folder; null where another process (or another part of this one) holds it.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="patience">How often to retry: checking whether the run is in use takes the lock for a moment.</param>
    internal static RunLock? TryTake(string folder, int patience = 0)
    {
        for (; ; patience--)
            try
            {
                return new RunLock(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException) && !Durable.IsDiskFull(e))
            {
                if (patience <= 0)
                    return null;
                Thread.Sleep(50);
            }
    }

    /// <summary>Whether a folder has ever been locked.</summary>
    internal static bool Exists(string folder) => File.Exists(Path.Combine(folder, FileName));

    internal static bool IsLockFile(string path) => Path.GetFileName(path) == FileName;

    public void Dispose() => _stream.Dispose();
}
