using System.Globalization;
using System.Text;
using Mindwright.Tokens.Bpe;
using Mindwright.Tokens.PreTokenization;
using Mindwright.Tokens.Training;

namespace Mindwright.Tokens;

/// <summary>
/// Learns a byte-level BPE vocabulary (Sennrich et al. 2016, on bytes as in GPT-2): the most frequent pair of neighbors
/// merges, again and again. Exact: ties go to the pair with the lower ids, whatever the thread count.
/// </summary>
public static class BpeTrainer
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Learns from documents; no merge crosses from one document to the next.</summary>
    /// <param name="documents">The texts; enumerated once, and never held all at a time.</param>
    /// <param name="options">What to learn.</param>
    /// <param name="ct">Stops the training.</param>
    /// <exception cref="InvalidDataException">The documents give fewer merges than the vocabulary needs.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Tokenizer Train(IEnumerable<string> documents, BpeTrainingOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return Train(options, Chunks(documents), ct);
    }

    /// <summary>Learns from UTF-8 text files, read in blocks, so that files larger than memory do too. Each file is one text.</summary>
    /// <inheritdoc cref="Train(IEnumerable{string}, BpeTrainingOptions, CancellationToken)"/>
    /// <param name="paths">The files.</param>
    /// <param name="options">What to learn.</param>
    /// <param name="ct">Stops the training.</param>
    public static Tokenizer TrainOnFiles(IEnumerable<string> paths, BpeTrainingOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return Train(options, paths.SelectMany(path => TextFileBlocks.Read(path, ChunkBytes)), ct);
    }

    private static Tokenizer Train(BpeTrainingOptions options, IEnumerable<TextChunk> chunks, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        var preTokenizer = PreTokenizer.FromPattern(options.Pattern);
        var specials = options.SpecialTokens.Distinct().ToArray();
        if (specials.Length != options.SpecialTokens.Count || specials.Any(string.IsNullOrEmpty))
            throw new ArgumentException("special tokens must be distinct and not empty", nameof(options));
        var learned = options.VocabularySize - specials.Length;
        if (learned < 256)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"VocabularySize {options.VocabularySize} is too small: 256 bytes and {specials.Length} special tokens take {256 + specials.Length}"),
                nameof(options));
        }
        var threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        var words = PieceCounter.Count(chunks, preTokenizer, threads, ct);
        var merges = new MergeLearner(words).Learn(learned - 256, Math.Max(1, options.MinimumPairCount), ct);
        if (merges.Count < learned - 256)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"the data can give a vocabulary of {256 + merges.Count + specials.Length} (256 bytes, {merges.Count} merges of pairs that occur at least {options.MinimumPairCount} times, {specials.Length} special tokens), not {options.VocabularySize}: ask for a smaller vocabulary or bring more text"));
        }
        return Assemble(merges, specials, preTokenizer);
    }

    private static Tokenizer Assemble(List<(int Left, int Right)> pairs, string[] specials, PreTokenizer preTokenizer)
    {
        var tokens = new List<byte[]?>(256 + pairs.Count + specials.Length);
        for (var b = 0; b < 256; b++)
            tokens.Add([(byte)b]);
        var merges = new List<Merge>(pairs.Count);
        foreach (var (left, right) in pairs)
        {
            merges.Add(new Merge(left, right, merges.Count, tokens.Count));
            tokens.Add([.. tokens[left]!, .. tokens[right]!]);
        }
        var added = specials.Select((content, i) => new AddedToken(tokens.Count + i, content) { IsSpecial = true }).ToArray();
        return new Tokenizer(TokenizerParts.ByteLevel(tokens, new MergeTable(merges), ignoreMerges: false, added, preTokenizer));
    }

    /// <summary>Gathers documents into chunks of about a megabyte.</summary>
    private static IEnumerable<TextChunk> Chunks(IEnumerable<string> documents)
    {
        var texts = new List<string>();
        var length = 0L;
        foreach (var document in documents)
        {
            texts.Add(document);
            length += document.Length;
            if (length >= ChunkBytes)
            {
                yield return Encode(texts);
                texts.Clear();
                length = 0;
            }
        }
        if (texts.Count > 0)
            yield return Encode(texts);

        // The transcoding happens in the worker that takes the chunk, not under its lock.
        static TextChunk Encode(List<string> texts)
        {
            var taken = texts.ToArray();
            return new TextChunk(() => taken.Select(t => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(t)));
        }
    }
}
