using System.Runtime.InteropServices;

namespace Mindwright.Data;

/// <summary>
/// Tags texts by the terms that occur in them. By its tags a text can be left out of one training stage and kept in another; a tag alone drops
/// nothing.
/// </summary>
/// <remarks>Terms find topics, not intent: a page that warns of something gets the same tag as one that teaches it.</remarks>
internal sealed class HarmTagger
{
    /// <summary>The built-in terms, of one to three words, by tag.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> DefaultTerms { get; } =
        new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        {
            ["chemical"] = ["nerve agent", "sarin", "vx gas", "mustard gas", "chlorine gas", "hydrogen cyanide", "ricin", "phosgene", "tabun", "novichok", "precursor chemical", "toxic gas"],
            ["biological"] = ["anthrax", "smallpox", "botulinum toxin", "gain of function", "bioweapon", "biological weapon", "pathogen release", "ebola virus", "weaponized virus"],
            ["explosive"] = ["pipe bomb", "detonator", "tatp", "petn", "semtex", "ammonium nitrate", "blasting cap", "improvised explosive", "nitroglycerin", "rdx", "thermite", "car bomb"],
            ["weapon"] = ["silencer", "ghost gun", "auto sear", "assault rifle", "ammunition", "bump stock", "armor piercing", "machine gun"],
            ["drug"] = ["methamphetamine", "cocaine", "heroin", "fentanyl", "crack cocaine", "meth lab", "mdma", "lsd", "ketamine", "drug dealer"],
            ["self_harm"] = ["suicide", "kill myself", "killing myself", "self harm", "cutting myself", "overdose", "suicidal", "end my life"],
            ["sexual"] = ["porn", "pornography", "xxx", "blowjob", "hardcore sex", "nude", "naked", "erotic", "escort service", "milf"],
            ["violence"] = ["beheading", "torture", "massacre", "mass shooting", "genocide", "execution video", "stabbed", "dismembered"],
            ["malware"] = ["ransomware", "keylogger", "botnet", "rootkit", "remote access trojan", "sql injection", "zero day exploit", "phishing kit", "credential stuffing"],
        };

    private readonly Dictionary<ulong, int> _terms = [];
    private readonly bool[] _starts = new bool[1 << 16];

    /// <summary>A tagger over lists of terms.</summary>
    /// <exception cref="ArgumentException">A term has no word, or more than three; or there are more than 32 tags.</exception>
    public HarmTagger(IReadOnlyDictionary<string, IReadOnlyList<string>> terms)
    {
        Tags = [.. terms.Keys.Order(StringComparer.Ordinal)];
        if (Tags.Count > 32)
            throw new ArgumentException($"{Tags.Count} tags; at most 32 are supported", nameof(terms));
        for (var tag = 0; tag < Tags.Count; tag++)
        {
            foreach (var term in terms[Tags[tag]])
            {
                var words = WordHashes.Of(term);
                if (words.Length is 0 or > 3)
                    throw new ArgumentException($"tag {Tags[tag]}: the term \"{term}\" must have one to three words", nameof(terms));
                _terms[WordHashes.Combine(words)] = tag;
                _starts[words[0] & 0xFFFF] = true;
            }
        }
    }

    /// <summary>The names of the tags; a tag's place is its bit.</summary>
    public IReadOnlyList<string> Tags { get; }

    /// <summary>
    /// The tags of a text: those of which two different terms occur, or one term at least once in two hundred words.
    /// </summary>
    public uint Tag(ReadOnlySpan<ulong> words)
    {
        if (_terms.Count == 0)
            return 0;
        Dictionary<ulong, int>? hits = null;
        for (var i = 0; i < words.Length; i++)
        {
            if (!_starts[words[i] & 0xFFFF])
                continue;
            for (var n = 1; n <= Math.Min(3, words.Length - i); n++)
            {
                var term = WordHashes.Combine(words.Slice(i, n));
                if (_terms.ContainsKey(term))
                    CollectionsMarshal.GetValueRefOrAddDefault(hits ??= [], term, out _)++;
            }
        }
        uint tags = 0;
        if (hits is not null)
            foreach (var tag in hits.GroupBy(hit => _terms[hit.Key]))
                if (tag.Count() >= 2 || tag.Sum(hit => hit.Value) * 200L >= words.Length)
                    tags |= 1u << tag.Key;
        return tags;
    }
}
