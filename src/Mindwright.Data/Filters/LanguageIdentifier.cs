using System.Numerics;
using System.Runtime.InteropServices;

namespace Mindwright.Data;

/// <summary>A language and the confidence that it is the right one.</summary>
/// <param name="Code">ISO 639-1 code; <c>und</c> where the text has too few letters, or none of a known script.</param>
/// <param name="Confidence">0 to 1.</param>
public readonly record struct Language(string Code, double Confidence);

/// <summary>
/// Tells 43 languages apart: by script where a script belongs to one of them, else by trigrams of letters (naive Bayes).
/// </summary>
/// <remarks>
/// Covered are English, French, German, Spanish, Portuguese, Italian, Dutch, Swedish, Polish, Czech, Turkish, Hungarian, Finnish,
/// Vietnamese, Indonesian, Romanian, Icelandic, Swahili, Yoruba, Latin, Esperanto; Russian, Ukrainian; Arabic, Persian,
/// Urdu; Greek, Armenian, Hebrew, Hindi, Bengali, Tamil, Telugu, Malayalam, Thai, Tibetan, Burmese, Georgian, Amharic,
/// Khmer, Japanese, Korean, Chinese. A language beyond these is taken for the nearest of them (Danish for Swedish, Marathi
/// for Hindi); code looks like English. A line of text is enough, a few words are not.
/// </remarks>
internal static class LanguageIdentifier
{
    /// <summary>Letters below which the language is unknown.</summary>
    private const int MinLetters = 12;

    /// <summary>Trigrams that decide: further ones would not change the result.</summary>
    private const int MaxTrigrams = 300;

    private const int ScriptCount = (int)Script.Han + 1;

    private static readonly Dictionary<Script, string> s_onlyLanguage = new()
    {
        [Script.Greek] = "el",
        [Script.Armenian] = "hy",
        [Script.Hebrew] = "he",
        [Script.Devanagari] = "hi",
        [Script.Bengali] = "bn",
        [Script.Tamil] = "ta",
        [Script.Telugu] = "te",
        [Script.Malayalam] = "ml",
        [Script.Thai] = "th",
        [Script.Tibetan] = "bo",
        [Script.Myanmar] = "my",
        [Script.Georgian] = "ka",
        [Script.Ethiopic] = "am",
        [Script.Khmer] = "km",
        [Script.Kana] = "ja",
        [Script.Hangul] = "ko",
        [Script.Han] = "zh",
    };

    private static readonly Dictionary<Script, Profile> s_profiles = LoadProfiles();

    /// <summary>The main language of a text. Any number of threads may call it at once.</summary>
    /// <param name="text">The text; its first 4,000 characters decide.</param>
    public static Language Identify(string text)
    {
        Span<int> letters = stackalloc int[ScriptCount];
        Count(text.AsSpan(0, Math.Min(text.Length, 4_000)), letters);
        letters[(int)Script.None] = 0;
        var total = 0;
        foreach (var count in letters)
            total += count;
        if (total < MinLetters)
            return new Language("und", 0);
        // Japanese is Han with kana between; a few kana in a Chinese text are names.
        if (letters[(int)Script.Kana] * 10 > letters[(int)Script.Han])
            (letters[(int)Script.Kana], letters[(int)Script.Han]) = (letters[(int)Script.Kana] + letters[(int)Script.Han], 0);
        var script = Script.None;
        for (var i = 1; i < letters.Length; i++)
            if (letters[i] > letters[(int)script])
                script = (Script)i;
        var share = (double)letters[(int)script] / total;
        if (s_onlyLanguage.TryGetValue(script, out var only))
            return new Language(only, share);
        var (language, probability) = s_profiles[script].Best(LanguageProfiles.Trigrams(text, script, MaxTrigrams));
        return new Language(language, share * probability);
    }

    /// <summary>Counts alternately into two arrays, because reading a number that was just written is slow.</summary>
    private static void Count(ReadOnlySpan<char> text, Span<int> letters)
    {
        Span<int> second = stackalloc int[ScriptCount];
        var i = 0;
        for (; i + 1 < text.Length; i += 2)
        {
            letters[(int)Scripts.Of(text[i])]++;
            second[(int)Scripts.Of(text[i + 1])]++;
        }
        if (i < text.Length)
            letters[(int)Scripts.Of(text[i])]++;
        for (var script = 0; script < ScriptCount; script++)
            letters[script] += second[script];
    }

    private static Dictionary<Script, Profile> LoadProfiles()
    {
        using var stream = typeof(LanguageIdentifier).Assembly.GetManifestResourceStream("Mindwright.Data.Languages.txt")!;
        using var reader = new StreamReader(stream);
        return LanguageProfiles.Parse(reader.ReadToEnd())
            .GroupBy(profile => profile.Script)
            .ToDictionary(group => group.Key, group => new Profile([.. group.Select(profile => (profile.Language, profile.Total, profile.Counts))]));
    }

    /// <summary>The languages of one script: for each trigram its log-probability in every language.</summary>
    private sealed class Profile
    {
        private readonly string[] _languages;
        private readonly Dictionary<ulong, float[]> _logProbabilities = [];
        private readonly int _width;

        public Profile((string Language, int Total, IReadOnlyDictionary<ulong, int> Counts)[] languages)
        {
            _languages = [.. languages.Select(language => language.Language)];
            // Rows are filled up to whole vectors.
            _width = (languages.Length + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
            // A trigram outside a profile may be rare or never there: as if seen half a time.
            var unseen = new float[_width];
            for (var i = 0; i < languages.Length; i++)
                unseen[i] = MathF.Log(0.5f / languages[i].Total);
            for (var i = 0; i < languages.Length; i++)
                foreach (var (trigram, count) in languages[i].Counts)
                    (CollectionsMarshal.GetValueRefOrAddDefault(_logProbabilities, trigram, out _) ??= [.. unseen])[i] =
                        MathF.Log((float)count / languages[i].Total);
        }

        public (string Language, double Probability) Best(LanguageProfiles.TrigramEnumerator trigrams)
        {
            Span<double> all = stackalloc double[_width];
            all.Clear();
            var vectors = MemoryMarshal.Cast<double, Vector<double>>(all);
            foreach (var trigram in trigrams)
            {
                if (!_logProbabilities.TryGetValue(trigram, out var logs))
                    continue;
                var row = MemoryMarshal.Cast<float, Vector<float>>(logs);
                for (var i = 0; i < row.Length; i++)
                {
                    Vector.Widen(row[i], out var low, out var high);
                    vectors[2 * i] += low;
                    vectors[(2 * i) + 1] += high;
                }
            }
            var sums = all[.._languages.Length];
            var best = 0;
            for (var i = 1; i < sums.Length; i++)
                if (sums[i] > sums[best])
                    best = i;
            // Neighboring trigrams share letters: they count as a third of their number.
            double total = 0;
            foreach (var sum in sums)
                total += Math.Exp((sum - sums[best]) / 3);
            return (_languages[best], 1 / total);
        }
    }
}
