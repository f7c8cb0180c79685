namespace Mindwright.Data;

/// <summary>Short excerpts of texts, for reports.</summary>
internal static class Excerpt
{
    private const int Length = 160;
    private const int Before = 60;

    /// <summary>An excerpt that begins at an index, or a little before it.</summary>
    public static string Of(string text, int at)
    {
        var start = Math.Max(0, at - Before);
        var end = Math.Min(text.Length, start + Length);
        // Never half of a surrogate pair.
        if (start > 0 && char.IsLowSurrogate(text[start]))
            start++;
        if (end < text.Length && end > start && char.IsHighSurrogate(text[end - 1]))
            end--;
        return text[start..end];
    }

    /// <summary>The place where a document was changed: as it is now, or, where lines were taken out, as it was.</summary>
    public static string OfChange(Examined examined, string change)
    {
        var (now, was) = (examined.Document.Text, examined.Original);
        if (change.StartsWith(FilterReport.MaskedPrefix, StringComparison.Ordinal))
            return Of(now, Math.Max(0, now.IndexOf($"[{change[FilterReport.MaskedPrefix.Length..]}]", StringComparison.Ordinal)));
        var at = now.AsSpan().CommonPrefixLength(was);
        return Of(change == FilterReport.BoilerplateLines && examined.Changes.Keys.All(other => !other.StartsWith(FilterReport.MaskedPrefix, StringComparison.Ordinal)) ? was : now, at);
    }
}
