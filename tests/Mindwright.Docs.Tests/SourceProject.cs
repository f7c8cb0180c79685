using System.Xml.Linq;
using Mindwright.Testing;

namespace Mindwright.Docs.Tests;

/// <summary>A project below <c>src/</c>: its name, its references and its source files.</summary>
/// <param name="Name">Such as <c>Mindwright.Tokens</c>.</param>
/// <param name="Folder">Full path.</param>
/// <param name="References">Names of the projects that its project file references.</param>
/// <param name="Packages">Names of the packages that it references.</param>
internal sealed record SourceProject(string Name, string Folder, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, SourceProject> All { get; } = Directory.EnumerateFiles(Path.Combine(TestData.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories)
        .Select(Load).ToDictionary(project => project.Name);

    /// <summary>The source files, as paths relative to the project's folder with forward slashes.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    /// <summary>A source file's text.</summary>
    public string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    private static SourceProject Load(string path)
    {
        var items = XDocument.Load(path).Descendants().ToLookup(item => item.Name.LocalName, item => (string?)item.Attribute("Include") ?? "");
        return new(
            Path.GetFileNameWithoutExtension(path),
            Path.GetDirectoryName(path)!,
            [.. items["ProjectReference"].Select(reference => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')))],
            [.. items["PackageReference"]]);
    }
}
