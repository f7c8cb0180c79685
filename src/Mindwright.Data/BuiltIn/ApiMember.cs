using System.Text;

namespace Mindwright.Data.BuiltIn;

/// <summary>What an <see cref="ApiMember"/> is, as far as an XML documentation file tells.</summary>
internal enum ApiMemberKind
{
    /// <summary>A class, structure, interface, enumeration or delegate.</summary>
    Type,

    /// <summary>A method.</summary>
    Method,

    /// <summary>A constructor.</summary>
    Constructor,

    /// <summary>An operator or a conversion.</summary>
    Operator,

    /// <summary>A property or an indexer.</summary>
    Property,

    /// <summary>A field, a constant or an enumeration's value.</summary>
    Field,

    /// <summary>An event.</summary>
    Event,
}

/// <summary>A name with what is said of it: a parameter, or an exception and when it is thrown.</summary>
/// <param name="Name">The parameter's or the exception's name.</param>
/// <param name="Text">What is said of it; never empty.</param>
internal sealed record ApiNote(string Name, string Text);

/// <summary>One documented type or member of the .NET API, in readable form.</summary>
internal sealed record ApiMember
{
    /// <summary>The documentation id, such as <c>M:System.IO.Stream.Flush</c>; unique in a corpus.</summary>
    public required string Id { get; init; }

    /// <summary>What the member is.</summary>
    public required ApiMemberKind Kind { get; init; }

    /// <summary>The namespace, such as <c>System.IO</c>.</summary>
    public required string Namespace { get; init; }

    /// <summary>The declaring type (of a type: itself), such as <c>Dictionary&lt;TKey, TValue&gt;</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What one calls it: <c>Stream.ReadAsync</c>, <c>new Uri</c>, <c>Dictionary&lt;TKey, TValue&gt;</c>. Overloads share
    /// it.</summary>
    public required string Name { get; init; }

    /// <summary>The name with its parameters, such as <c>Stream.Read(byte[] buffer, int offset, int count)</c>.</summary>
    public required string Signature { get; init; }

    /// <summary>What it is or does; never empty.</summary>
    public required string Summary { get; init; }

    /// <summary>The described parameters, in order.</summary>
    public IReadOnlyList<ApiNote> Parameters { get; init; } = [];

    /// <summary>What comes back, or a property's value; empty where nothing is said.</summary>
    public string Returns { get; init; } = "";

    /// <summary>Further remarks; empty where there are none.</summary>
    public string Remarks { get; init; } = "";

    /// <summary>The exceptions with their conditions.</summary>
    public IReadOnlyList<ApiNote> Exceptions { get; init; } = [];

    /// <summary>Everything that is said of the member: the document without its heading.</summary>
    public string Description()
    {
        var text = new StringBuilder(Summary);
        foreach (var parameter in Parameters)
            text.Append('\n').Append(parameter.Name).Append(": ").Append(parameter.Text);
        if (Returns.Length > 0)
            text.Append("\nReturns: ").Append(Returns);
        foreach (var exception in Exceptions)
            text.Append("\nThrows ").Append(exception.Name).Append(": ").Append(exception.Text);
        if (Remarks.Length > 0)
            text.Append("\nRemarks: ").Append(Remarks);
        return text.ToString().TrimStart('\n');
    }

    /// <summary>
    /// The member as a document: the signature, a line with kind and namespace, and the <see cref="Description"/>. Every field has
    /// its own line and its own first word, so that a small model soon learns what comes where.
    /// </summary>
    public Document ToDocument() => new($"{Signature}\n{Kind} in {Namespace}\n{Description()}\n", Id);
}
