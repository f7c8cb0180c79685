using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Mindwright.Tokens.Bpe;
using Mindwright.Tokens.Formats;
using Mindwright.Tokens.PreTokenization;

namespace Mindwright.Tokens;

/// <summary>
/// Text to token ids and back. Ordinary text never becomes an added (special) token; those are recognized only
/// where the caller passes an <see cref="AllowedTokens"/>.
/// </summary>
/// <remarks>Thread safety: all members may be called from any number of threads; each keeps a cache of its own.</remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The thread-local caches free themselves; a tokenizer is shared and lives long, so no caller could know when to dispose it.")]
public sealed class Tokenizer
{
    private readonly ThreadLocal<PieceEncoder> _encoder;
    private readonly TokenizerParts _parts;

    internal Tokenizer(TokenizerParts parts)
    {
        _parts = parts;
        var ids = new Dictionary<string, int>(parts.Added.Count);
        foreach (var token in parts.Added)
            ids[token.Content] = token.Id;
        SpecialTokens = ids;
        _encoder = new(() => new PieceEncoder(parts.Model));
        AllowAll = new AllowedTokens(parts.Added, parts.Normalizer);
    }

    /// <summary>The highest id + 1, added tokens included.</summary>
    public int VocabularySize => _parts.Output.Size;

    /// <summary>The added tokens' ids by their text.</summary>
    public IReadOnlyDictionary<string, int> SpecialTokens { get; }

    /// <summary>The added tokens with their properties.</summary>
    public IReadOnlyList<AddedToken> AddedTokens => _parts.Added;

    /// <summary>The list that allows every added token, as Hugging Face's encoder does.</summary>
    public AllowedTokens AllowAll { get; }

    /// <summary>The pre-tokenization pattern, or null where a tokenizer has none.</summary>
    public string? Pattern => _parts.PreTokenizer.Pattern;

    /// <summary>The special tokens that the tokenizer's file puts around a text; encoding leaves that to the caller.</summary>
    public IdTemplate Template => _parts.Template;

    internal TokenizerParts Parts => _parts;

    /// <summary>Reads a tokenizer: a <c>tokenizer.json</c>, <c>.tiktoken</c>, SentencePiece <c>.model</c> or <c>vocab.json</c> file (beside its merges; gzip accepted), or a folder that holds one.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="NotSupportedException">The file requires something that is not supported; the message names it.</exception>
    public static Tokenizer Load(string path) => TokenizerFiles.Load(path);

    /// <summary>Writes <c>tokenizer.json</c> and <c>tokenizer_config.json</c>; Hugging Face <c>tokenizers</c> reads them with the same ids.</summary>
    /// <param name="folder">Made if absent.</param>
    /// <param name="chatTemplate">The chat template to record, if any.</param>
    public void Save(string folder, string? chatTemplate = null) => TokenizerJsonWriter.Save(this, folder, chatTemplate);

    /// <summary>Encodes ordinary text. Unpaired surrogates become U+FFFD.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return EncodeString(text, null);
    }

    /// <summary>Encodes text in which the allowed added tokens are recognized.</summary>
    public int[] Encode(string text, AllowedTokens allowed)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(allowed);
        return EncodeString(text, allowed);
    }

    /// <summary>Encodes ordinary UTF-8 text. A byte that is not part of a valid character is kept, as a symbol of its own.</summary>
    public int[] Encode(ReadOnlySpan<byte> utf8)
    {
        var encoder = _encoder.Value!;
        EncodePart(encoder, utf8, atStart: true);
        return Take(encoder);
    }

    /// <summary>Encodes UTF-8 text in which the allowed added tokens are recognized.</summary>
    public int[] Encode(ReadOnlySpan<byte> utf8, AllowedTokens allowed)
    {
        ArgumentNullException.ThrowIfNull(allowed);
        var encoder = _encoder.Value!;
        for (var at = 0; at < utf8.Length;)
        {
            var found = allowed.Raw.TryFind(utf8, utf8, at, out var start, out var end, out var id);
            EncodePart(encoder, utf8[at..start], atStart: at == 0, allowed.Normalized);
            if (found)
                encoder.Ids.Add(id);
            at = end;
        }
        return Take(encoder);
    }

    /// <summary>Encodes ordinary UTF-8 text and appends its ids.</summary>
    public void Encode(ReadOnlySpan<byte> utf8, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var encoder = _encoder.Value!;
        EncodePart(encoder, utf8, atStart: true);
        var start = ids.Count;
        CollectionsMarshal.SetCount(ids, start + encoder.Ids.Count);
        encoder.Ids.Span.CopyTo(CollectionsMarshal.AsSpan(ids)[start..]);
        encoder.Ids.Clear();
    }

    /// <summary>Encodes ordinary UTF-8 text into a span; a span as long as the text always suffices, unless a normalizer lengthens it.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="ids">Receives the ids.</param>
    /// <param name="count">How many there are, whether they fit or not.</param>
    /// <returns>Whether they fit; if not, nothing is written.</returns>
    public bool TryEncode(ReadOnlySpan<byte> utf8, Span<int> ids, out int count)
    {
        var encoder = _encoder.Value!;
        EncodePart(encoder, utf8, atStart: true);
        count = encoder.Ids.Count;
        var fits = encoder.Ids.Span.TryCopyTo(ids);
        encoder.Ids.Clear();
        return fits;
    }

    /// <summary>Encodes one long ordinary text on several threads; the ids are those of <see cref="Encode(ReadOnlySpan{byte})"/>.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="threads">Threads; 0 takes one a processor.</param>
    public int[] EncodeParallel(ReadOnlySpan<byte> utf8, int threads = 0) => ParallelEncoding.Encode(
        _parts.Normalizer?.Apply(utf8, atStart: true) ?? utf8, _parts.PreTokenizer, _encoder, threads > 0 ? threads : Environment.ProcessorCount);

    /// <summary>Encodes many ordinary texts on several threads; result i is that of text i.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="threads">Threads; 0 takes one a processor.</param>
    public int[][] EncodeBatch(IReadOnlyList<string> texts, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var ids = new int[texts.Count][];
        Parallel.For(0, ids.Length, new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount }, i => ids[i] = Encode(texts[i]));
        return ids;
    }

    /// <summary>Encodes ordinary text, and says where in it each token starts.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="starts">Receives the first byte of each token, parallel to the ids.</param>
    /// <exception cref="NotSupportedException">The tokenizer changes text before it encodes it, so that tokens have no place in the original.</exception>
    public int[] EncodeWithOffsets(ReadOnlySpan<byte> utf8, out int[] starts)
    {
        if (_parts.Normalizer is not null)
            throw new NotSupportedException("offsets are known only for tokenizers without a normalizer");
        var ids = Encode(utf8);
        starts = new int[ids.Length];
        var at = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            starts[i] = at;
            at += _parts.Output[ids[i]].Length;
        }
        return at == utf8.Length ? ids : throw new NotSupportedException("offsets are known only where every byte has a token");
    }

    /// <summary>Encodes ordinary text with BPE-dropout (Provilkov et al. 2020), for training on words cut in several ways.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="dropout">Probability in [0, 1] that a merge is left out; 0 gives the usual ids, 1 single bytes or characters.</param>
    /// <param name="random">Decides which merges are left out.</param>
    /// <exception cref="NotSupportedException">The tokenizer has no merges.</exception>
    public int[] Encode(ReadOnlySpan<byte> utf8, double dropout, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (dropout is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "a probability is between 0 and 1");
        var model = _parts.Model as BpeModel ?? throw new NotSupportedException("a unigram model has no merges to leave out");
        if (_parts.Normalizer?.Apply(utf8, atStart: true) is { } changed)
            utf8 = changed;
        var ids = new List<int>();
        var pieces = new Piece[64];
        for (var position = 0; position < utf8.Length;)
        {
            foreach (var piece in pieces.AsSpan(0, _parts.PreTokenizer.Split(utf8, ref position, pieces)))
                model.EncodeWithDropout(utf8[piece.Start..piece.End], dropout, random, ids);
        }
        return [.. ids];
    }

    /// <summary>Makes an allow-list of some added tokens.</summary>
    /// <exception cref="ArgumentException">A name is not that of an added token.</exception>
    public AllowedTokens Allow(params IEnumerable<string> names) => new(
        [.. names.Select(name => AddedTokens.FirstOrDefault(t => t.Content == name)
            ?? throw new ArgumentException($"'{name}' is not an added token of this tokenizer", nameof(names)))],
        _parts.Normalizer);

    /// <summary>The text of ids, added tokens included. Bytes that are not valid UTF-8 become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString(DecodeBytes(ids));

    /// <summary>The bytes of ids. The space that some tokenizers put before a text does not come back.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public byte[] DecodeBytes(ReadOnlySpan<int> ids)
    {
        TryDecode(ids, [], out var length);
        var bytes = new byte[length];
        TryDecode(ids, bytes, out _);
        return bytes;
    }

    /// <summary>Writes the bytes of ids into a span, as <see cref="DecodeBytes"/> gives them.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="utf8">Receives the bytes; what does not fit is left out.</param>
    /// <param name="count">How many bytes there are, whether they fit or not.</param>
    /// <returns>Whether they fit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public bool TryDecode(ReadOnlySpan<int> ids, Span<byte> utf8, out int count)
    {
        count = 0;
        var mayStrip = StripsLeadingSpace;
        foreach (var id in ids)
        {
            var token = TokenBytes(id);
            if (mayStrip && !token.IsEmpty)
            {
                mayStrip = false;
                if (token[0] == ' ')
                    token = token[1..];
            }
            if (count <= utf8.Length)
                token[..Math.Min(token.Length, utf8.Length - count)].CopyTo(utf8[count..]);
            count = checked(count + token.Length);
        }
        return count <= utf8.Length;
    }

    /// <summary>Whether a leading space of decoded text is left out, since encoding added it.</summary>
    internal bool StripsLeadingSpace => _parts.StripsLeadingSpace;

    /// <summary>The bytes that an id stands for; none for an id that no token has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is outside the vocabulary.</exception>
    public ReadOnlySpan<byte> TokenBytes(int id)
    {
        if ((uint)id >= (uint)VocabularySize)
            throw new ArgumentOutOfRangeException(nameof(id), id, $"token ids go from 0 to {VocabularySize - 1}");
        return _parts.Output[id];
    }

    /// <summary>Encodes the text between two added tokens.</summary>
    private void EncodePart(PieceEncoder encoder, ReadOnlySpan<byte> text, bool atStart, AddedTokenMatcher? normalized = null)
    {
        if (_parts.Normalizer?.Apply(text, atStart) is { } changed)
            text = changed;
        var at = 0;
        while (normalized is not null && normalized.TryFind(text, text, at, out var start, out var end, out var id))
        {
            encoder.Encode(text[at..start], _parts.PreTokenizer);
            encoder.Ids.Add(id);
            at = end;
        }
        encoder.Encode(text[at..], _parts.PreTokenizer);
    }

    private int[] EncodeString(string text, AllowedTokens? allowed)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(text));
        try
        {
            var utf8 = buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer));
            return allowed is null ? Encode(utf8) : Encode(utf8, allowed);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int[] Take(PieceEncoder encoder)
    {
        var ids = GC.AllocateUninitializedArray<int>(encoder.Ids.Count);
        encoder.Ids.Span.CopyTo(ids);
        encoder.Ids.Clear();
        return ids;
    }
}
