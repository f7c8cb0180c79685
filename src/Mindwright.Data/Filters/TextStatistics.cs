using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Mindwright.Data;

/// <summary>Measures the signals of words, lines and repetition.</summary>
internal static class TextStatistics
{
    private const byte Space = 1, Letter = 2, Digit = 4, Unspaced = 8;

    private static readonly string[] s_stopWords = ["the", "be", "to", "of", "and", "that", "have", "with"];

    private static readonly SearchValues<char> s_sentenceEnds = SearchValues.Create(".!?。！？।؟");

    private static readonly SearchValues<string> s_loremIpsum = SearchValues.Create(["lorem ipsum"], StringComparison.OrdinalIgnoreCase);

    // The kind of each character, in one look-up instead of four calls.
    private static readonly byte[] s_kinds = [.. Enumerable.Range(0, 1 << 16).Select(c => Kind((char)c))];

    [ThreadStatic]
    private static Scratch? t_scratch;

    /// <summary>Fills in all signals but those of language and quality.</summary>
    /// <param name="text">The text, with <c>\n</c> line ends.</param>
    /// <param name="isEnglish">Whether English stop words are to be expected.</param>
    /// <param name="signals">Where the values go.</param>
    /// <param name="groups">Which signals: those that no rule uses need not be measured.</param>
    public static void Measure(string text, bool isEnglish, Signals signals, SignalGroups groups = SignalGroups.All)
    {
        var scratch = t_scratch ??= new Scratch();
        if (groups.HasFlag(SignalGroups.Characters))
            MeasureCharacters(text, signals);
        if ((groups & (SignalGroups.Words | SignalGroups.NGrams)) != 0)
            MeasureWords(text, isEnglish, scratch, signals, groups.HasFlag(SignalGroups.NGrams));
        if (groups.HasFlag(SignalGroups.Lines))
            MeasureLines(text, scratch, signals);
        if (groups.HasFlag(SignalGroups.Paragraphs))
            MeasureParagraphs(text, scratch, signals);
        if (groups.HasFlag(SignalGroups.NGrams))
            MeasureNGrams(text, scratch, signals);
    }

    private static void MeasureCharacters(string text, Signals signals)
    {
        signals[Signal.Characters] = text.Length;
        signals[Signal.ReplacementCharacters] = Fraction(text.AsSpan().Count('\uFFFD'), text.Length);
        signals[Signal.CurlyBrackets] = text.AsSpan().CountAny('{', '}');
        signals[Signal.LoremIpsum] = text.AsSpan().ContainsAny(s_loremIpsum) ? 1 : 0;
    }

    private static double Fraction(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    private static byte Kind(char c) =>
        char.IsWhiteSpace(c) ? Space
        : char.IsLetter(c) || char.IsSurrogate(c) ? (byte)(Letter | (WordHashes.IsUnspaced(c) ? Unspaced : 0))
        : char.IsDigit(c) ? Digit : (byte)0;

    private static void MeasureWords(string text, bool isEnglish, Scratch scratch, Signals signals, bool hashed)
    {
        scratch.ClearWords();
        var kinds = s_kinds.AsSpan(0, 1 << 16);
        long words = 0, characters = 0, alphabetic = 0, unspaced = 0;
        var stopWords = 0;
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            var has = 0;
            for (int kind; i < text.Length && (kind = kinds[text[i]]) != Space; i++)
            {
                has |= kind;
                unspaced += kind / Unspaced;
            }
            var word = text.AsSpan(start, i++ - start);
            if (word.IsEmpty)
                continue;
            if (hashed)
                scratch.AddWord(Hash(word), word.Length);
            if ((has & (Letter | Digit)) == 0)
                continue;
            words++;
            characters += word.Length;
            alphabetic += (has & Letter) / Letter;
            if (isEnglish && word.Length <= 4)
                stopWords |= StopWord(word);
        }
        var hashSigns = text.AsSpan().Count('#');
        var ellipses = text.AsSpan().Count('…') + text.AsSpan().Count("...");
        signals[Signal.Words] = words;
        signals[Signal.MeanWordLength] = words == 0 || unspaced > characters / 5 ? double.NaN : (double)characters / words;
        signals[Signal.SymbolsPerWord] = words == 0 ? 0 : (double)Math.Max(hashSigns, ellipses) / words;
        signals[Signal.AlphabeticWords] = words == 0 ? 0 : (double)alphabetic / words;
        signals[Signal.StopWords] = isEnglish ? int.PopCount(stopWords) : double.NaN;
    }

    /// <summary>
    /// From two words up: an n-gram occurs twice only where the (n−1)-gram at its beginning does, so that the longer ones are looked for
    /// in few places.
    /// </summary>
    private static void MeasureNGrams(string text, Scratch scratch, Signals signals)
    {
        scratch.AllPlaces();
        for (var n = 2; n <= 10; n++)
        {
            var (top, duplicate) = scratch.CountNGrams(n);
            if (n <= 4)
                signals[Signal.Top2Gram + (n - 2)] = Fraction(top, text.Length);
            else
                signals[Signal.Duplicate5Grams + (n - 5)] = Fraction(duplicate, text.Length);
        }
    }

    private static int StopWord(ReadOnlySpan<char> word)
    {
        for (var i = 0; i < s_stopWords.Length; i++)
            if (word.Equals(s_stopWords[i], StringComparison.OrdinalIgnoreCase))
                return 1 << i;
        return 0;
    }

    private static void MeasureLines(string text, Scratch scratch, Signals signals)
    {
        scratch.Seen.Clear();
        long lines = 0, bullets = 0, ellipses = 0, punctuated = 0, shorts = 0, duplicates = 0, duplicateCharacters = 0, sentences = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).Trim();
            if (line.Length == 0)
                continue;
            lines++;
            bullets += line[0] is '-' or '*' or '•' or '‣' or '◦' or '●' or '–' ? 1 : 0;
            ellipses += line[^1] == '…' || line.EndsWith("...") ? 1 : 0;
            punctuated += line[^1] is '.' or '!' or '?' or '"' or '”' or '’' or '。' or '！' or '？' or '।' or '؟' ? 1 : 0;
            shorts += line.Length < 30 ? 1 : 0;
            sentences += Sentences(line);
            if (scratch.Seen.Add(Hash(line)))
                continue;
            duplicates++;
            duplicateCharacters += line.Length;
        }
        signals[Signal.BulletLines] = Fraction(bullets, lines);
        signals[Signal.EllipsisLines] = Fraction(ellipses, lines);
        signals[Signal.PunctuatedLines] = Fraction(punctuated, lines);
        signals[Signal.ShortLines] = Fraction(shorts, lines);
        signals[Signal.Sentences] = sentences;
        signals[Signal.DuplicateLines] = Fraction(duplicates, lines);
        signals[Signal.DuplicateLineCharacters] = Fraction(duplicateCharacters, text.Length);
    }

    /// <summary>Marks that end a sentence, before a space or the line's end.</summary>
    private static int Sentences(ReadOnlySpan<char> line)
    {
        var sentences = 0;
        for (var rest = line; rest.IndexOfAny(s_sentenceEnds) is >= 0 and var at; rest = rest[(at + 1)..])
            if (at + 1 == rest.Length || rest[at + 1] is ' ' or '"' or '”' or '’' or ')' || rest[at] > 127)
                sentences++;
        return sentences;
    }

    private static void MeasureParagraphs(string text, Scratch scratch, Signals signals)
    {
        scratch.Seen.Clear();
        long paragraphs = 0, duplicates = 0, duplicateCharacters = 0;
        foreach (var range in text.AsSpan().Split("\n\n"))
        {
            var paragraph = text.AsSpan(range).Trim();
            if (paragraph.Length == 0)
                continue;
            paragraphs++;
            if (scratch.Seen.Add(Hash(paragraph)))
                continue;
            duplicates++;
            duplicateCharacters += paragraph.Length;
        }
        signals[Signal.DuplicateParagraphs] = Fraction(duplicates, paragraphs);
        signals[Signal.DuplicateParagraphCharacters] = Fraction(duplicateCharacters, text.Length);
    }

    /// <summary>A hash to tell texts apart within one document, four characters at a time.</summary>
    private static ulong Hash(ReadOnlySpan<char> text)
    {
        var hash = (ulong)text.Length;
        for (; text.Length >= 4; text = text[4..])
            hash = BitOperations.RotateLeft((hash ^ MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(text))) * 0x9E3779B97F4A7C15, 29);
        ulong rest = 0;
        foreach (var c in text)
            rest = (rest << 16) | c;
        return Permutation.Mix(hash ^ rest);
    }

    /// <summary>Buffers of a thread: the words of the text, and a table that counts n-grams.</summary>
    private sealed class Scratch
    {
        private ulong[] _hashes = new ulong[1 << 12];
        private int[] _ends = new int[1 << 12];
        private int _count;
        private ulong[] _keys = new ulong[1 << 13];
        private int[] _counts = new int[1 << 13];
        private int _mask;
        private int[] _places = [];
        private int[] _slots = [];
        private int _placeCount;

        public HashSet<ulong> Seen { get; } = [];

        public void ClearWords() => _count = 0;

        public void AddWord(ulong hash, int length)
        {
            if (_count == _hashes.Length)
            {
                Array.Resize(ref _hashes, _count * 2);
                Array.Resize(ref _ends, _count * 2);
            }
            _hashes[_count] = hash;
            // With the space that follows each word.
            _ends[_count] = (_count == 0 ? 0 : _ends[_count - 1]) + length + 1;
            _count++;
        }

        /// <summary>Every word may begin an n-gram.</summary>
        public void AllPlaces()
        {
            if (_places.Length < _count)
                (_places, _slots) = (new int[_hashes.Length], new int[_hashes.Length]);
            for (var i = 0; i < _count; i++)
                _places[i] = i;
            _placeCount = _count;
        }

        /// <summary>Counts the n-grams at the places that are left, and leaves those at which one stands that occurs more than once.</summary>
        /// <returns>
        /// Characters in all occurrences of the most frequent n-gram, where it occurs more than once; characters in n-grams that have occurred
        /// before, each character counted once.
        /// </returns>
        public (long Top, long Duplicate) CountNGrams(int n)
        {
            while (_placeCount > 0 && _places[_placeCount - 1] + n > _count)
                _placeCount--;
            Prepare();
            long top = 0, duplicate = 0;
            var countedTo = 0;
            for (var place = 0; place < _placeCount; place++)
            {
                var i = _places[place];
                var slot = _slots[place] = Find(WordHashes.Combine(_hashes.AsSpan(i, n)));
                if (++_counts[slot] == 1)
                    continue;
                top = Math.Max(top, (long)_counts[slot] * Length(i, n));
                var from = Math.Max(i, countedTo);
                duplicate += Length(from, i + n - from);
                countedTo = i + n;
            }
            var left = 0;
            for (var place = 0; place < _placeCount; place++)
                if (_counts[_slots[place]] > 1)
                    _places[left++] = _places[place];
            _placeCount = left;
            return (top, duplicate);
        }

        private int Length(int from, int words) => words == 0 ? 0 : _ends[from + words - 1] - (from == 0 ? 0 : _ends[from - 1]) - 1;

        private void Prepare()
        {
            var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, _placeCount * 2));
            if (_keys.Length < size)
            {
                _keys = new ulong[size];
                _counts = new int[size];
            }
            // Few places clear, and look into, no more of the table than they need.
            _mask = size - 1;
            _keys.AsSpan(0, size).Clear();
            _counts.AsSpan(0, size).Clear();
        }

        private int Find(ulong key)
        {
            key |= 1; // 0 marks a free slot
            var slot = (int)(key >> 20) & _mask;
            while (_keys[slot] != key)
            {
                if (_keys[slot] == 0)
                {
                    _keys[slot] = key;
                    return slot;
                }
                slot = (slot + 1) & _mask;
            }
            return slot;
        }
    }
}
