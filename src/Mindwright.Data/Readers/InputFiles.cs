using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Mindwright.Data;

/// <summary>Files, folders and globs (<c>*</c>, <c>?</c>, <c>**</c>) as a list of files in a stable order.</summary>
internal static class InputFiles
{
    private static readonly char[] s_wildcards = ['*', '?'];

    /// <summary>The files of a path: itself, everything below it, or what its wildcards match.</summary>
    /// <exception cref="FileNotFoundException">It does not exist, or matches no file.</exception>
    public static IReadOnlyList<string> Expand(string path)
    {
        if (File.Exists(path))
            return [path];
        var files = Directory.Exists(path) ? Below(path)
            : path.IndexOfAny(s_wildcards) >= 0 ? Matching(path)
            : throw new FileNotFoundException($"{path}: no such file or folder", path);
        return files.Count > 0 ? files : throw new FileNotFoundException($"{path}: no file there", path);
    }

    /// <summary>All files below a folder, by ordinal order of their paths; dot files and links to folders are left out.</summary>
    private static List<string> Below(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };
        var files = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && entry.FileName[0] != '.',
            // A link may lead back up.
            ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                entry.FileName[0] != '.' && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        }.ToList();
        files.Sort((a, b) => string.CompareOrdinal(Slashes(a), Slashes(b)));
        return files;
    }

    private static List<string> Matching(string glob)
    {
        var pattern = Slashes(glob);
        var fixedLength = pattern.LastIndexOf('/', pattern.IndexOfAny(s_wildcards)) + 1;
        var root = fixedLength == 0 ? "." : pattern[..fixedLength];
        if (!Directory.Exists(root))
            throw new FileNotFoundException($"{glob}: no folder {root}", glob);
        return [.. Below(root).Where(file => Matches(pattern[fixedLength..], Slashes(Path.GetRelativePath(root, file))))];
    }

    /// <summary>Whether a path, with slashes, matches a glob.</summary>
    public static bool Matches(string glob, string path) => Regex.IsMatch(path, $"^{ToRegex(glob)}$", RegexOptions.CultureInvariant);

    private static string ToRegex(string glob) => Regex.Escape(glob)
        .Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal)
        .Replace(@"\*\*", ".*", StringComparison.Ordinal)
        .Replace(@"\*", "[^/]*", StringComparison.Ordinal)
        .Replace(@"\?", "[^/]", StringComparison.Ordinal);

    private static string Slashes(string path) => path.Replace('\\', '/');
}
