using System.Buffers;
using System.Text.RegularExpressions;

namespace Mindwright.Data;

/// <summary>Access keys and tokens of well-known services, JSON web tokens, and private key blocks.</summary>
internal sealed partial class KeyDetector : IPersonalDataDetector
{
    // Every key contains one of these; the pattern, which takes longer, is tried only where one is found.
    private static readonly SearchValues<string> s_marks = SearchValues.Create(
        ["AKIA", "ASIA", "sk-", "_live_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "xox", "AIza", "hf_", "glpat-", "eyJ", "-----BEGIN "], StringComparison.Ordinal);

    public PersonalDataKinds Kinds => PersonalDataKinds.Key;

    public void Find(string text, PersonalDataKinds wanted, List<PersonalDataSpan> found)
    {
        if (!text.AsSpan().ContainsAny(s_marks))
            return;
        foreach (var match in Pattern().EnumerateMatches(text))
            found.Add(new(match.Index, match.Index + match.Length, PersonalDataKinds.Key));
    }

    [GeneratedRegex(
        @"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bsk-[A-Za-z0-9_-]{20,}|\b[sr]k_live_[0-9A-Za-z]{16,}|\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}" +
        @"|\bxox[abeprs]-[A-Za-z0-9-]{10,}|\bAIza[0-9A-Za-z_-]{35}|\bhf_[A-Za-z0-9]{30,}|\bglpat-[A-Za-z0-9_-]{20,}" +
        @"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}" +
        @"|-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[^-]*(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----)?",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
