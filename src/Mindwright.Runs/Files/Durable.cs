using System.Runtime.InteropServices;

namespace Mindwright.Runs.Files;

/// <summary>Flushing, by which a write survives a crash of the machine and not only of the process.</summary>
internal static partial class Durable
{
    // ENOSPC, EDQUOT on Linux and macOS; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL on Windows.
    private static readonly int[] DiskFullCodes = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Flushes a file to the disk.</summary>
    internal static void FlushFile(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Flushes a folder's entries to the disk, so that a rename in it survives a crash. Windows has no such call, and needs none.</summary>
    internal static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, flags: 0); // O_RDONLY
        if (descriptor < 0)
            return; // a folder that may be written but not read; the rename itself is still atomic
        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    internal static bool IsDiskFull(IOException exception) => Array.IndexOf(DiskFullCodes, exception.HResult) >= 0;

    /// <summary>Runs a write, with a clear message if it fails because the disk is full.</summary>
    internal static T Guard<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (IOException e) when (IsDiskFull(e))
        {
            throw new IOException($"the disk is full: {path} could not be written, and what was there before is untouched; free some space, or choose another place", e);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
