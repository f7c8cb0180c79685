using Mindwright.Testing;

namespace Mindwright.Docs.Tests;

/// <summary>The C# of the documents compiles without warnings, runs, and prints what it says.</summary>
[CollectionDefinition(nameof(SnippetTests), DisableParallelization = true)]
[Collection(nameof(SnippetTests))]
public sealed class SnippetTests
{
    private static readonly Dictionary<string, Snippet> s_snippets = Snippet.All().ToDictionary(snippet => $"{snippet.Document}, line {snippet.Line}");

    public static TheoryData<string> Places => [.. s_snippets.Keys];

    [Theory]
    [MemberData(nameof(Places))]
    public void A_snippet_works(string place)
    {
        var snippet = s_snippets[place];
        var program = CompiledSnippet.Compile(snippet.Code);
        if (!snippet.Runs)
            return;
        using var folder = new TempFolder();
        TinyModel.Write(Directory.CreateDirectory(folder["my-model"]).FullName);
        var output = program.Run(folder.Path);
        Assert.All(snippet.Prints, text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [Fact]
    public void The_documents_have_snippets() =>
        Assert.Superset(new HashSet<string> { "docs/csharp.md", "src/Mindwright.Jinja/README.md" }, s_snippets.Values.Select(snippet => snippet.Document).ToHashSet());

    [Fact]
    public void Blocks_are_found_with_line_and_mark()
    {
        var snippets = Snippet.Parse("x.md", "a\n```csharp\nvar x = 1;\n// prints 1 2\n```\n```json\n{}\n```\n```csharp no-run\nvar y = 2;\n```\n").ToList();
        Assert.Equal([new Snippet("x.md", 3, true, "var x = 1;\n// prints 1 2\n"), new Snippet("x.md", 10, false, "var y = 2;\n")], snippets);
        Assert.Equal(["1 2"], snippets[0].Prints);
    }

    [Fact]
    public void Errors_warnings_and_exceptions_fail()
    {
        Assert.Contains("CS0103", Assert.Throws<InvalidDataException>(() => CompiledSnippet.Compile("Nowhere();")).Message, StringComparison.Ordinal);
        Assert.Contains("CS0219", Assert.Throws<InvalidDataException>(() => CompiledSnippet.Compile("var unused = 1;")).Message, StringComparison.Ordinal);
        var folder = Path.GetTempPath();
        Assert.Throws<FormatException>(() => CompiledSnippet.Compile("int.Parse(\"x\");").Run(folder));
        Assert.Equal("async" + Environment.NewLine, CompiledSnippet.Compile("await Task.Yield(); Console.WriteLine(\"async\");").Run(folder));
    }
}
