using System.Runtime.InteropServices;

namespace Mindwright.Data.BuiltIn;

/// <summary>Finds the XML documentation files of a .NET installation.</summary>
internal static class DocumentationFiles
{
    /// <summary>The first place that has documentation: the SDK's targeting packs, else the NuGet package cache.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static (string Source, IReadOnlyList<string> Files) Find()
    {
        var tried = new List<string>();
        foreach (var root in DotnetRoots().Distinct(StringComparer.Ordinal))
        {
            var packs = Path.Combine(root, "packs");
            tried.Add(packs);
            if (OfPacks(packs) is { Count: > 0 } files)
                return (packs, files);
        }
        var cache = NuGetCache();
        tried.Add(cache);
        return OfPackageCache(cache) is { Count: > 0 } cached
            ? (cache, cached)
            : throw new DirectoryNotFoundException(
                $"No XML documentation of the .NET API was found in {string.Join(", ", tried)}. " +
                "Install the .NET SDK (the runtime alone has none), set DOTNET_ROOT to its folder, or bring your own text (--set data.paths=[PATH]).");
    }

    /// <summary>
    /// The files <c>*.Ref/version/ref/framework/*.xml</c> under a <c>packs</c> folder, of the newest version of each pack. The base
    /// library comes first; a pack may carry the base library's files again, and those are left out.
    /// </summary>
    public static IReadOnlyList<string> OfPacks(string packs)
    {
        if (!Directory.Exists(packs))
            return [];
        var newest = Directory.EnumerateDirectories(packs, "*.Ref")
            .OrderByDescending(pack => Path.GetFileName(pack) == "Microsoft.NETCore.App.Ref").ThenBy(Path.GetFileName, StringComparer.Ordinal)
            .Select(Newest).OfType<string>();
        return Distinct(newest.SelectMany(version => XmlUnder(Path.Combine(version, "ref"))));
    }

    /// <summary>The files <c>package/version/lib/framework/*.xml</c> (and <c>ref</c>), of the newest version of each package.</summary>
    public static IReadOnlyList<string> OfPackageCache(string cache)
    {
        if (!Directory.Exists(cache))
            return [];
        var newest = Directory.EnumerateDirectories(cache).OrderBy(Path.GetFileName, StringComparer.Ordinal).Select(Newest).OfType<string>();
        return Distinct(newest.SelectMany(version => XmlUnder(Path.Combine(version, "ref")).Concat(XmlUnder(Path.Combine(version, "lib")))));
    }

    /// <summary>The folders that may be the root of the .NET installation, the one of the running process first.</summary>
    private static IEnumerable<string> DotnetRoots()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/
        yield return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach (var variable in new[] { "DOTNET_ROOT", "DOTNET_HOST_PATH" })
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
                yield return Path.GetFullPath(File.Exists(value) ? Path.GetDirectoryName(value)! : value);
        var program = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var file = new FileInfo(Path.Combine(folder, program));
            if (file.Exists)
                yield return Path.GetDirectoryName((file.ResolveLinkTarget(returnFinalTarget: true) ?? file).FullName)!;
        }
    }

    private static string NuGetCache() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? Path.GetFullPath(set)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The subfolder with the highest version for a name; a release goes before its previews.</summary>
    private static string? Newest(string folder) =>
        Directory.EnumerateDirectories(folder)
            .Select(path => (Path: path, Name: Path.GetFileName(path)))
            .Where(version => Version.TryParse(version.Name.Split('-', '+')[0], out _))
            .OrderByDescending(version => Version.Parse(version.Name.Split('-', '+')[0]))
            .ThenBy(version => version.Name.Contains('-')).ThenByDescending(version => version.Name, StringComparer.Ordinal)
            .Select(version => version.Path).FirstOrDefault();

    private static IEnumerable<string> XmlUnder(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder).OrderByDescending(Path.GetFileName, StringComparer.Ordinal)
                .SelectMany(framework => Directory.EnumerateFiles(framework, "*.xml").OrderBy(Path.GetFileName, StringComparer.Ordinal))
            : [];

    private static List<string> Distinct(IEnumerable<string> files) =>
        [.. files.DistinctBy(file => (Path.GetFileName(file), new FileInfo(file).Length))];
}
