using System.Text;

namespace Mindwright.Runs.Files;

/// <summary>Writes a file so that a reader sees the complete old file or the complete new one, even after a crash.</summary>
public static class AtomicFile
{
    /// <summary>Writes to a temporary file in the same folder, flushes it to the disk, and renames it.</summary>
    /// <exception cref="IOException">The file could not be written (a full disk is named as such); the old one is untouched.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = AtomicFolder.TemporaryPath(path);
        Durable.Guard(path, () =>
        {
            try
            {
                using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                AtomicFolder.DeleteQuietly(temporary);
                throw;
            }
            return true;
        });
        Durable.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Writes text as UTF-8.</summary>
    /// <inheritdoc cref="Write"/>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
