using System.Text.RegularExpressions;
using Mindwright.Testing;

namespace Mindwright.Docs.Tests;

/// <summary>A C# block of a document.</summary>
/// <param name="Document">Path of the document in the repository.</param>
/// <param name="Line">Where its code begins, from 1.</param>
/// <param name="Runs">Whether it is run: <c>```csharp no-run</c> is compiled only.</param>
/// <param name="Code">A program of its own, with top-level statements.</param>
internal sealed partial record Snippet(string Document, int Line, bool Runs, string Code)
{
    /// <summary>The snippets of the documents that promise working C#.</summary>
    public static IEnumerable<Snippet> All()
    {
        var root = TestData.RepositoryRoot;
        string[] documents =
        [
            "README.md", "docs/csharp.md",
            .. Directory.EnumerateFiles(Path.Combine(root, "src"), "README.md", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
        ];
        return documents.SelectMany(document => Parse(document, File.ReadAllText(Path.Combine(root, document))));
    }

    /// <summary>The snippets of a document's text.</summary>
    public static IEnumerable<Snippet> Parse(string document, string markdown)
    {
        markdown = markdown.ReplaceLineEndings("\n");
        return Block().Matches(markdown).Select(block => new Snippet(
            document, markdown.AsSpan(0, block.Groups["code"].Index).Count('\n') + 1, block.Groups["info"].Value.Trim() != "no-run", block.Groups["code"].Value));
    }

    /// <summary>What the snippet says it prints: comments of the form <c>// prints …</c>.</summary>
    public IEnumerable<string> Prints => Printed().Matches(Code).Select(match => match.Groups[1].Value);

    [GeneratedRegex("^```csharp(?<info>[^\n]*)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"// prints (.+)$", RegexOptions.Multiline)]
    private static partial Regex Printed();
}
