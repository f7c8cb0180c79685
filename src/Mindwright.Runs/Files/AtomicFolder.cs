namespace Mindwright.Runs.Files;

/// <summary>
/// Writes a folder of files so that it appears complete, with the hashes of its files, or not at all.
/// </summary>
/// <remarks>
/// The files are written to a temporary folder beside, flushed to the disk, hashed into <c>manifest.sha256.json</c>, and the folder is renamed.
/// What a killed writer leaves behind begins with <c>.tmp-</c> or <c>.old-</c> and is cleared away by <see cref="Recover"/>.
/// One writer at a time: whoever holds the run's lock.
/// </remarks>
public static class AtomicFolder
{
    private const string TemporaryPrefix = ".tmp-";
    private const string OldPrefix = ".old-";

    /// <summary>Writes a folder, in the place of one that may be there.</summary>
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

    /// <summary>Removes a folder so that no half of it can be seen: it is renamed first.</summary>
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
    /// Clears away what killed writers left in a folder, and puts back what one had moved aside. Only for the holder of the run's lock.
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
            // Windows: somebody still reads it. The next opening of the run clears it away.
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
