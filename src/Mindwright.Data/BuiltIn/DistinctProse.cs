namespace Mindwright.Data.BuiltIn;

/// <summary>
/// Keeps every text of the API reference once. Overloads and implementations repeat each other's descriptions word for word: three fifths of
/// the reference occurs twice or more. A model would spend its training memorizing it, and held-out text would not be new.
/// </summary>
internal sealed class DistinctProse
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>The member with only those texts that no member before it had; null where nothing is left.</summary>
    public ApiMember? Take(ApiMember member)
    {
        var left = member with
        {
            Summary = New(member.Summary),
            Parameters = [.. member.Parameters.Where(p => New(p.Text).Length > 0)],
            Returns = New(member.Returns),
            Exceptions = [.. member.Exceptions.Where(e => New(e.Text).Length > 0)],
            Remarks = New(member.Remarks),
        };
        return left.Description().Trim().Length > 0 ? left : null;
    }

    private string New(string text) => text.Length > 0 && _seen.Add(text) ? text : "";
}
