namespace Mindwright.Runs.Files;

/// <summary>
/// Writes a folder so that it appears complete, with the hashes of its files, or not at all.
/// </summary>
/// <remarks>
/// The files are written to a temporary folder beside it, flushed to the disk and hashed into <c>manifest.sha256.json</c>; then the folder is
/// renamed. What a killed writer leaves begins with <c>.tmp-</c> or <c>.old-</c> and is removed by <see cref="Recover"/>. One writer at a time:
/// the holder of the run's lock.
/// </remarks>
public static class AtomicFolder
{
    private const string TemporaryPrefix = ".tmp-";
    private const string OldPrefix = ".old-";

    /// <summary>Writes a folder, and replaces one that is there.</summary>
    /// <param name="path">The folder to appear.</param>
    /// <param name="write">Receives the temporary folder, existing and empty, and fills it.</param>
    /// <exception cref="IOException">Something could not be written (a full disk is named as such); the folder that was there before is untouched.</exception>
    public static void Write(string path, Action<string> write)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(path)!;
        var temporary = TemporaryPath(path);
        Durable.Guard(path, () =>
        {
            try
            {
                Delete(temporary);
                Directory.CreateDirectory(temporary);
                write(temporary);
                FolderManifest.Create(temporary);
                FlushTree(temporary);
                if (Directory.Exists(path))
                {
                    Delete(OldPath(path));
                    Directory.Move(path, OldPath(path));
                }
                Directory.Move(temporary, path);
            }
            catch
            {
                DeleteQuietly(temporary);
                Restore(path);
                throw;
            }
            return true;
        });
        Durable.FlushFolder(parent);
        DeleteQuietly(OldPath(path));
    }

    /// <summary>Removes a folder atomically: it is renamed first.</summary>
    public static void Remove(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(path))
            return;
        var temporary = TemporaryPath(path);
        Delete(temporary);
        Directory.Move(path, temporary);
        Delete(temporary);
    }

    /// <summary>
    /// Removes what killed writers left in a folder, and restores what one had moved aside. Only for the holder of the run's lock.
    /// </summary>
    public static void Recover(string parent)
    {
        if (!Directory.Exists(parent))
            return;
        foreach (var entry in Directory.GetFileSystemEntries(parent, OldPrefix + "*"))
        {
            Restore(Path.Combine(parent, Path.GetFileName(entry)[OldPrefix.Length..]));
            DeleteQuietly(entry);
        }
        foreach (var entry in Directory.GetFileSystemEntries(parent, TemporaryPrefix + "*"))
            DeleteQuietly(entry);
    }

    internal static string TemporaryPath(string path) => Beside(path, TemporaryPrefix);

    internal static void DeleteQuietly(string path)
    {
        try
        {
            Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On Windows, another process may still read it. It is removed when the run is opened next.
        }
    }

    private static string OldPath(string path) => Beside(path, OldPrefix);

    private static string Beside(string path, string prefix)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Path.Combine(Path.GetDirectoryName(path)!, prefix + Path.GetFileName(path));
    }

    private static void Restore(string path)
    {
        if (!Directory.Exists(path) && Directory.Exists(OldPath(path)))
            Directory.Move(OldPath(path), path);
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private static void FlushTree(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            Durable.FlushFile(file);
        foreach (var inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
            Durable.FlushFolder(inner);
        Durable.FlushFolder(folder);
    }
}
