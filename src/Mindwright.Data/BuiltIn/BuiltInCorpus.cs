using System.Globalization;

namespace Mindwright.Data.BuiltIn;

/// <summary>A text that needs no file of the user's.</summary>
public enum BuiltInText
{
    /// <summary>The API reference that comes with the .NET SDK, each text once; its held-out members stay out (<see cref="SdkDocs"/>).</summary>
    ApiReference,

    /// <summary>The little world: skies, opposites, counting (<see cref="World"/>).</summary>
    World,

    /// <summary>Worked comparisons of decimals (<see cref="ReasoningProblems.Compare"/>).</summary>
    Compare,

    /// <summary>Worked products of two-digit numbers (<see cref="ReasoningProblems.Multiply"/>).</summary>
    Multiply,
}

/// <summary>A built-in text as a corpus.</summary>
/// <param name="Text">Which.</param>
/// <param name="Documents">How many documents; 0 takes all there are, which only the API reference has an end of.</param>
/// <param name="Seed">Decides the generated ones.</param>
public sealed record BuiltInCorpus(BuiltInText Text, int Documents, int Seed)
{
    /// <summary>Its documents, always the same ones in the same order.</summary>
    /// <exception cref="DirectoryNotFoundException">The SDK's documentation is not on this machine; the message gives the cure.</exception>
    public IEnumerable<Document> Read(CancellationToken cancellation = default) => Text switch
    {
        BuiltInText.World => Numbered(World.Documents(Documents, Seed)),
        BuiltInText.Compare => Numbered(ReasoningProblems.Documents(ReasoningProblems.Compare, Documents, Seed)),
        BuiltInText.Multiply => Numbered(ReasoningProblems.Documents(ReasoningProblems.Multiply, Documents, Seed)),
        _ => Members(cancellation),
    };

    /// <summary>Generated documents have no place of their own to be named by.</summary>
    private static IEnumerable<Document> Numbered(IEnumerable<Document> documents) =>
        documents.Select((document, i) => document with { Source = string.Create(CultureInfo.InvariantCulture, $"{document.Source}:{i}") });

    private IEnumerable<Document> Members(CancellationToken cancellation)
    {
        var distinct = new DistinctProse();
        return SdkDocs.Load(cancellation).Sample(Documents).Select(distinct.Take).OfType<ApiMember>().Select(member => member.ToDocument());
    }
}
