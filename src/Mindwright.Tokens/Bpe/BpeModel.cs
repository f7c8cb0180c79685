
namespace Mindwright.Tokens.Bpe;

/// <summary>Turns one piece of text into ids. Immutable.</summary>
internal abstract class PieceModel(Vocabulary vocabulary)
{
    /// <summary>The tokens that ordinary text may become, by the bytes that the text has (a space may be written as U+2581 there).</summary>
    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>Where a piece may be cut without a change to its ids; null where a model looks at a piece as a whole.</summary>
    public abstract TokenBoundaries? Boundaries { get; }

    /// <summary>The id of a character that is a piece, or -1 where only <see cref="Encode"/> knows.</summary>
    public virtual int Character(uint character) => -1;

    /// <summary>Encodes one piece into a span of at least its length; returns the number of ids.</summary>
    public abstract int Encode(ReadOnlySpan<byte> piece, Span<int> ids);
}

/// <summary>A vocabulary with its merges.</summary>
internal sealed class BpeModel : PieceModel
{
    private readonly byte[] _whole;
    private readonly IAlphabet _alphabet;
    private readonly IAlphabet _symbols;

    /// <param name="vocabulary">The tokens; those that only an explicit allow-list may find are left out.</param>
    /// <param name="merges">The merges.</param>
    /// <param name="ignoreMerges">Whether a piece that is a token becomes it even where merges would not lead there, as in tiktoken.</param>
    /// <param name="alphabet">What a piece is before the first merge; by default its bytes.</param>
    public BpeModel(Vocabulary vocabulary, MergeTable merges, bool ignoreMerges, IAlphabet? alphabet = null)
        : base(vocabulary)
    {
        Merges = merges;
        IgnoreMerges = ignoreMerges;
        _alphabet = alphabet ?? new Bytes(vocabulary);
        _symbols = _alphabet is Bytes { LosesNothing: true } bytes ? new SureMerges(bytes, vocabulary, merges) : _alphabet;
        Boundaries = _alphabet.LosesNothing ? new TokenBoundaries(vocabulary) : null;
        _whole = new byte[vocabulary.Size];
    }

    public MergeTable Merges { get; }

    public bool IgnoreMerges { get; }

    /// <summary>The characters, where the model starts from those and not from bytes.</summary>
    public Characters? Characters => _alphabet as Characters;

    public override TokenBoundaries? Boundaries { get; }

    public override int Character(uint character) => _symbols is SureMerges sure ? sure.Alone(character) : -1;

    public override int Encode(ReadOnlySpan<byte> piece, Span<int> ids)
    {
        var whole = piece.Length <= Vocabulary.LongestToken ? Vocabulary.Find(piece) : -1;
        if (whole >= 0 && (IgnoreMerges || _whole[whole] == 1))
        {
            ids[0] = whole;
            return 1;
        }
        var count = _symbols.Encode(piece, ids);
        count = BpeMerger.Apply(ids[..count], Merges);
        // Whether merges lead to a token is found out once for each; a race writes the same twice.
        if (whole >= 0)
            _whole[whole] = count == 1 && ids[0] == whole ? (byte)1 : (byte)2;
        return count;
    }

    /// <summary>Encodes one piece, leaving out merges at random.</summary>
    public void EncodeWithDropout(ReadOnlySpan<byte> piece, double dropout, Random random, List<int> result)
    {
        var ids = new int[piece.Length];
        if (dropout == 0)
        {
            result.AddRange(ids.AsSpan(0, Encode(piece, ids)));
            return;
        }
        var count = _alphabet.Encode(piece, ids);
        result.AddRange(ids.AsSpan(0, BpeDropout.Apply(ids.AsSpan(0, count), Merges, dropout, random)));
    }
}

/// <summary>What a piece is before the first merge.</summary>
internal interface IAlphabet
{
    /// <summary>
    /// Whether each part of a text becomes symbols of its own. If some is dropped or fused with its neighbor, what stands on both sides of it meets, and no
    /// shortcut may look at what stands side by side in the text.
    /// </summary>
    bool LosesNothing { get; }

    /// <summary>Writes the ids of a piece's symbols; returns how many.</summary>
    int Encode(ReadOnlySpan<byte> piece, Span<int> ids);
}

/// <summary>A piece is its bytes.</summary>
internal sealed class Bytes : IAlphabet
{
    private readonly int[] _ids = new int[256];

    public Bytes(Vocabulary vocabulary)
    {
        for (var b = 0; b < 256; b++)
            _ids[b] = vocabulary.Find([(byte)b]);
        LosesNothing = !_ids.Contains(-1);
    }

    public bool LosesNothing { get; }

    public int Encode(ReadOnlySpan<byte> piece, Span<int> ids)
    {
        var count = 0;
        foreach (var b in piece)
            if (_ids[b] is >= 0 and var id) // Hugging Face drops what a vocabulary has no token for, too.
                ids[count++] = id;
        return count;
    }

    /// <summary>The token of one byte, or -1.</summary>
    public int Id(byte b) => _ids[b];
}

/// <summary>A piece is its characters; one that the vocabulary lacks is its bytes, or the unknown token.</summary>
/// <param name="vocabulary">The tokens.</param>
/// <param name="byteIds">The ids of the 256 byte tokens, or null where there are none.</param>
/// <param name="unknown">The id of the unknown token, or -1: then unknown characters are dropped.</param>
/// <param name="fuseUnknown">Whether neighboring unknown characters are one unknown token.</param>
internal sealed class Characters(Vocabulary vocabulary, int[]? byteIds, int unknown, bool fuseUnknown) : IAlphabet
{
    public int[]? ByteIds { get; } = byteIds;

    public int Unknown { get; } = unknown;

    public bool FuseUnknown { get; } = fuseUnknown;

    public bool LosesNothing => ByteIds is not null || Unknown >= 0 && !FuseUnknown;

    public int Encode(ReadOnlySpan<byte> piece, Span<int> ids)
    {
        var count = 0;
        var afterUnknown = false;
        while (!piece.IsEmpty)
        {
            System.Text.Rune.DecodeFromUtf8(piece, out _, out var length);
            var character = piece[..length];
            piece = piece[length..];
            var id = vocabulary.Find(character);
            var isUnknown = id < 0;
            if (isUnknown && ByteIds is not null)
            {
                foreach (var b in character)
                    ids[count++] = ByteIds[b];
                isUnknown = false;
            }
            else if (!isUnknown)
            {
                ids[count++] = id;
            }
            else if (Unknown >= 0 && !(FuseUnknown && afterUnknown))
            {
                ids[count++] = Unknown;
            }
            afterUnknown = isUnknown;
        }
        return count;
    }
}
