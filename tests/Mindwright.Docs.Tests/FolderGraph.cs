using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mindwright.Docs.Tests;

/// <summary>Which folders of a project mention types of which others, found by the compiler in the sources.</summary>
internal sealed class FolderGraph
{
    // From folder to folder, and the files by which: "from.cs mentions Type".
    private readonly SortedDictionary<string, SortedDictionary<string, SortedSet<string>>> _mentions = new(StringComparer.Ordinal);

    private FolderGraph()
    {
    }

    /// <summary>Reads a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="leaveOut">Files whose mentions don't count.</param>
    public static FolderGraph Of(SourceProject project, IReadOnlyCollection<string> leaveOut) =>
        Of(project.Name, project.Files.Select(file => (file, project.Read(file))), leaveOut);

    /// <summary>Reads sources.</summary>
    /// <param name="assembly">Name of their assembly, which decides what internals they see.</param>
    /// <param name="sources">File paths with forward slashes, and texts.</param>
    /// <param name="leaveOut">Files whose mentions don't count.</param>
    public static FolderGraph Of(string assembly, IEnumerable<(string File, string Text)> sources, IReadOnlyCollection<string> leaveOut)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);
        var trees = sources.Select(source => CSharpSyntaxTree.ParseText(source.Text, options, source.File)).ToList();
        var compilation = CSharpCompilation.Create(
            assembly,
            [.. trees, CSharpSyntaxTree.ParseText(CompiledSnippet.ImplicitUsings, options)],
            CompiledSnippet.References.Where(reference => Path.GetFileNameWithoutExtension(reference.FilePath) != assembly),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

        var graph = new FolderGraph();
        foreach (var tree in trees.Where(tree => !leaveOut.Contains(tree.FilePath)))
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
                if (TypeOf(model.GetSymbolInfo(name).Symbol) is { } type && FolderOf(type, compilation) is { } folder && folder != Folder(tree.FilePath))
                    graph.Add(Folder(tree.FilePath), folder, $"{tree.FilePath} mentions {type.Name}");
        }
        return graph;
    }

    /// <summary>A description of every set of folders that lead to each other; empty where there is none.</summary>
    public IReadOnlyList<string> Circles()
    {
        var reachable = _mentions.Keys.ToDictionary(folder => folder, Reachable);
        var found = new List<string>();
        var told = new HashSet<string>();
        foreach (var folder in _mentions.Keys.Where(folder => reachable[folder].Contains(folder) && told.Add(folder)))
        {
            string[] circle = [.. reachable[folder].Where(other => reachable.TryGetValue(other, out var back) && back.Contains(folder)).Order(StringComparer.Ordinal)];
            told.UnionWith(circle);
            var edges = circle.SelectMany(from => _mentions[from].Where(to => circle.Contains(to.Key))
                .Select(to => $"  {from} → {to.Key}: {string.Join("; ", to.Value)}"));
            found.Add($"{string.Join(", ", circle)} use each other:\n{string.Join('\n', edges)}");
        }
        return found;
    }

    private HashSet<string> Reachable(string folder)
    {
        var seen = new HashSet<string>();
        var waiting = new Stack<string>([folder]);
        while (waiting.TryPop(out var at))
            foreach (var next in _mentions.TryGetValue(at, out var edges) ? edges.Keys : Enumerable.Empty<string>())
                if (seen.Add(next))
                    waiting.Push(next);
        return seen;
    }

    private void Add(string from, string to, string how)
    {
        if (!_mentions.TryGetValue(from, out var edges))
            _mentions.Add(from, edges = new(StringComparer.Ordinal));
        if (!edges.TryGetValue(to, out var files))
            edges.Add(to, files = new(StringComparer.Ordinal));
        files.Add(how);
    }

    // An attribute is found as its constructor; an extension method is mentioned without its class.
    private static INamedTypeSymbol? TypeOf(ISymbol? symbol) => symbol switch
    {
        INamedTypeSymbol type => type,
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.ReducedExtension } method => method.ContainingType,
        _ => null,
    };

    // A partial type may be spread over folders, and then belongs to none.
    private static string? FolderOf(INamedTypeSymbol type, Compilation compilation)
    {
        if (!SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
            return null;
        var folders = type.OriginalDefinition.DeclaringSyntaxReferences.Select(reference => Folder(reference.SyntaxTree.FilePath)).Distinct().ToList();
        return folders.Count == 1 ? folders[0] : null;
    }

    // The project's own folder is written "." in messages.
    private static string Folder(string file) => Path.GetDirectoryName(file) is { Length: > 0 } folder ? folder.Replace('\\', '/') : ".";
}
