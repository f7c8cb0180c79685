using System.Runtime.InteropServices;

namespace Mindwright.Runs.Files;

/// <summary>A second name for a file that nobody changes any more, so that it need not be written twice.</summary>
public static partial class FileLink
{
    /// <summary>Gives a file a second name; where the file system knows no hard links, copies it.</summary>
    /// <param name="source">The file.</param>
    /// <param name="target">The new name, on the same disk, which must not exist.</param>
    public static void LinkOrCopy(string source, string target)
    {
        var isLinked = OperatingSystem.IsWindows() ? CreateHardLink(target, source, 0) : Link(source, target) == 0;
        if (!isLinked)
            File.Copy(source, target);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string source, string target);

    [LibraryImport("kernel32.dll", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string target, string source, nint security);
}
