using System.Text.Json;

namespace Mindwright.Data;

/// <summary>A set of evaluation texts that must not be trained on.</summary>
/// <param name="Name">The name in reports.</param>
/// <param name="Paths">Its files, folders and globs: JSON Lines and JSON (every text in an object is used), or any other kind that <see cref="Corpus"/> reads.</param>
public sealed record EvaluationSet(string Name, IReadOnlyList<string> Paths);

/// <summary>
/// Finds texts that share a run of words with an evaluation set: 13 words by default, as in Brown et al. 2020 ("GPT-3",
/// arXiv:2005.14165, appendix C).
/// </summary>
internal sealed class Decontaminator
{
    /// <summary>An evaluation text of fewer words than this is too common a phrase to look for.</summary>
    private const int MinWords = 8;

    private readonly int _words;
    private readonly List<string> _names = [];
    private readonly Dictionary<ulong, int> _runs = [];
    private readonly Dictionary<ulong, int>[] _shortTexts;
    private readonly ulong[] _filter = new ulong[1 << 16];

    /// <summary>Without evaluation sets; it finds nothing yet.</summary>
    /// <param name="words">Words of a run.</param>
    public Decontaminator(int words)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(words, MinWords);
        _words = words;
        _shortTexts = [.. Enumerable.Range(0, words).Select(_ => new Dictionary<ulong, int>())];
    }

    /// <summary>Evaluation texts added, and those that were too short to look for.</summary>
    public (long Used, long TooShort) Count { get; private set; }

    /// <summary>Adds an evaluation set.</summary>
    public void Add(EvaluationSet set, CancellationToken cancellation)
    {
        _names.Add(set.Name);
        foreach (var file in Corpus.Files(set.Paths))
        {
            if (file.Contains(".json", StringComparison.OrdinalIgnoreCase))
                AddJson(file, cancellation);
            else
                foreach (var document in Corpus.Read([file], cancellation: cancellation))
                    Add(document.Text);
        }
    }

    /// <summary>The name of a set with which a text shares a run of words; null for none.</summary>
    public string? Find(ReadOnlySpan<ulong> words)
    {
        if (_names.Count == 0)
            return null;
        for (var length = _words; length >= MinWords; length--)
        {
            var runs = length == _words ? _runs : _shortTexts[length];
            if (runs.Count == 0)
                continue;
            for (var i = 0; i + length <= words.Length; i++)
            {
                // Two words at a fixed distance are looked up first; they rule out nearly all positions.
                if (!MayStart(words[i], words[i + MinWords - 1]))
                    continue;
                if (runs.TryGetValue(WordHashes.Combine(words.Slice(i, length)), out var set))
                    return _names[set];
            }
        }
        return null;
    }

    private void AddJson(string file, CancellationToken cancellation)
    {
        using var stream = Corpus.Open(file);
        // The text may be a JSON array, one object, or an object a line.
        var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        try
        {
            using var whole = JsonDocument.Parse(text);
            AddTexts(whole.RootElement);
        }
        catch (JsonException)
        {
            var number = 0;
            foreach (var line in text.Split('\n'))
            {
                cancellation.ThrowIfCancellationRequested();
                number++;
                if (string.IsNullOrWhiteSpace(line))
                    continue;
                try
                {
                    using var item = JsonDocument.Parse(line);
                    AddTexts(item.RootElement);
                }
                catch (JsonException e)
                {
                    throw new InvalidDataException($"{file}:{number}: not JSON: {e.Message}", e);
                }
            }
        }
    }

    private void AddTexts(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
            Add(element.GetString()!);
        else if (element.ValueKind == JsonValueKind.Array)
            foreach (var item in element.EnumerateArray())
                AddTexts(item);
        else if (element.ValueKind == JsonValueKind.Object)
            foreach (var property in element.EnumerateObject())
                AddTexts(property.Value);
    }

    private void Add(string text)
    {
        var words = WordHashes.Of(text);
        if (words.Length < MinWords)
        {
            Count = (Count.Used, Count.TooShort + 1);
            return;
        }
        Count = (Count.Used + 1, Count.TooShort);
        var length = Math.Min(_words, words.Length);
        var runs = length == _words ? _runs : _shortTexts[length];
        for (var i = 0; i + length <= words.Length; i++)
        {
            runs.TryAdd(WordHashes.Combine(words.Slice(i, length)), _names.Count - 1);
            var bit = Bit(words[i], words[i + MinWords - 1]);
            _filter[bit >> 6] |= 1UL << (int)bit;
        }
    }

    private bool MayStart(ulong first, ulong eighth)
    {
        var bit = Bit(first, eighth);
        return (_filter[bit >> 6] & (1UL << (int)bit)) != 0;
    }

    private uint Bit(ulong first, ulong eighth) => (uint)((first * 3) + eighth) & (uint)((_filter.Length << 6) - 1);
}
