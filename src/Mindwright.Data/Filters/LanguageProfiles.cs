using System.Globalization;
using System.Text;

namespace Mindwright.Data;

/// <summary>
/// Profiles of languages: the frequencies of its most frequent sequences of three letters. <c>Languages.txt</c> was
/// made by <see cref="Build"/> from the Universal Declaration of Human Rights, whose translations are free to reproduce.
/// </summary>
internal static class LanguageProfiles
{
    /// <summary>Trigrams kept for each language.</summary>
    private const int Size = 400;

    /// <summary>The profiles as text: a line a language, with its script, the number of trigrams counted, then trigram and count alternately.</summary>
    public static string Build(IEnumerable<(string Language, Script Script, string Text)> samples)
    {
        var profiles = new StringBuilder();
        foreach (var (language, script, text) in samples.OrderBy(sample => sample.Language, StringComparer.Ordinal))
        {
            var counts = new Dictionary<ulong, int>();
            var total = 0;
            foreach (var trigram in Trigrams(text, script, int.MaxValue))
            {
                counts[trigram] = counts.GetValueOrDefault(trigram) + 1;
                total++;
            }
            profiles.Append(CultureInfo.InvariantCulture, $"{language}\t{script}\t{total}");
            foreach (var (trigram, count) in counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(Size))
                profiles.Append(CultureInfo.InvariantCulture, $"\t{Show(trigram)}\t{count}");
            profiles.Append('\n');
        }
        return profiles.ToString();
    }

    /// <summary>Reads what <see cref="Build"/> wrote.</summary>
    public static IEnumerable<(string Language, Script Script, int Total, IReadOnlyDictionary<ulong, int> Counts)> Parse(string profiles)
    {
        foreach (var line in profiles.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split('\t');
            var counts = new Dictionary<ulong, int>();
            for (var i = 3; i + 1 < fields.Length; i += 2)
                counts[Key(fields[i])] = int.Parse(fields[i + 1], CultureInfo.InvariantCulture);
            yield return (fields[0], Enum.Parse<Script>(fields[1]), int.Parse(fields[2], CultureInfo.InvariantCulture), counts);
        }
    }

    /// <summary>The trigrams of the letters of one script in lower case; what stands between words is one underscore.</summary>
    public static TrigramEnumerator Trigrams(string text, Script script, int max) => new(text, script, max);

    /// <summary>Enumerates trigrams without allocating, since every document is measured.</summary>
    public ref struct TrigramEnumerator(ReadOnlySpan<char> text, Script script, int max)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private ulong _last = '_';
        private int _at;
        private int _found;

        public readonly ulong Current => _last;

        public readonly TrigramEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_at <= _text.Length && _found < max)
            {
                var c = _at < _text.Length && Scripts.Of(_text[_at]) == script ? char.ToLowerInvariant(_text[_at]) : '_';
                _at++;
                if (c == '_' && (_last & 0xFFFF) == '_')
                    continue;
                _last = ((_last << 16) | c) & 0xFFFF_FFFF_FFFF;
                if (_last >> 32 == 0)
                    continue;
                _found++;
                return true;
            }
            return false;
        }
    }

    private static string Show(ulong trigram) => new([(char)(trigram >> 32), (char)(trigram >> 16), (char)trigram]);

    private static ulong Key(string trigram) => ((ulong)trigram[0] << 32) | ((ulong)trigram[1] << 16) | trigram[2];
}
