namespace Mindwright.Data;

/// <summary>Checks paths from outside: names in an archive or on a hub.</summary>
internal static class RelativePath
{
    /// <summary>Whether a path with slashes might lead out of the folder below which it belongs, on any system.</summary>
    public static bool LeadsOut(string path) =>
        path.Length == 0 || path.StartsWith('/') || path.IndexOfAny(['\\', ':', '\0']) >= 0 || path.Split('/').Any(part => part is "" or "." or "..");
}
