using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Mindwright.Tokens.Bpe;
using Mindwright.Tokens.Normalization;
using Mindwright.Tokens.PreTokenization;
using Mindwright.Tokens.Unigram;

namespace Mindwright.Tokens.Formats;

/// <summary>SentencePiece's <c>.model</c>: a protocol buffer with the pieces, their scores, and the settings of trainer and normalizer.</summary>
internal static class SentencePieceFile
{
    private enum PieceType
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6,
    }

    /// <summary>Whether content looks like a list of pieces: field 1 of wire type 2.</summary>
    public static bool Looks(ReadOnlySpan<byte> bytes) => bytes is [0x0A, _, 0x0A, ..];

    public static Tokenizer Read(ReadOnlySpan<byte> bytes, string file)
    {
        try
        {
            return Build(new Model(bytes), file);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"{file} is a damaged SentencePiece model: {e.Message}", e);
        }
    }

    private static Tokenizer Build(Model model, string file)
    {
        if (model.Type is not (1 or 2))
            throw new NotSupportedException($"{file}: SentencePiece model type {model.Type} is not supported; unigram (1) and BPE (2) are");
        if (model.SpacesAsSuffix)
            throw new NotSupportedException($"{file}: treat_whitespace_as_suffix is not supported");
        if (model.Type == 2 && model.Pieces.Any(p => p.Type == PieceType.Unused))
            throw new NotSupportedException($"{file}: a BPE model with unused pieces is not supported");

        var surface = new byte[]?[model.Pieces.Count];
        var output = new byte[]?[model.Pieces.Count];
        var scores = new float[model.Pieces.Count];
        var added = new List<AddedToken>();
        var byteIds = model.ByteFallback ? new int[256] : null;
        var unknown = -1;
        for (var id = 0; id < surface.Length; id++)
        {
            var (text, score, type) = model.Pieces[id];
            scores[id] = score;
            output[id] = Encoding.UTF8.GetBytes(text.Replace('▁', ' '));
            switch (type)
            {
                case PieceType.Normal:
                    surface[id] = Encoding.UTF8.GetBytes(text);
                    break;
                case PieceType.Unknown:
                    unknown = id;
                    output[id] = Encoding.UTF8.GetBytes(model.UnknownSurface);
                    break;
                case PieceType.Byte:
                    var value = byte.Parse(text.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    output[id] = [value];
                    if (byteIds is not null)
                        byteIds[value] = id;
                    break;
                case PieceType.Control or PieceType.UserDefined:
                    added.Add(new AddedToken(id, text) { IsSpecial = type == PieceType.Control });
                    break;
            }
        }
        var vocabulary = new Vocabulary(surface);
        return new Tokenizer(new TokenizerParts
        {
            Output = TokenizerParts.WithAdded(output, added),
            Model = model.Type == 1
                ? new UnigramModel(vocabulary, scores, byteIds, unknown)
                : new BpeModel(vocabulary, Merges(surface, scores, vocabulary), ignoreMerges: false, new Characters(vocabulary, byteIds, unknown, fuseUnknown: true)),
            // A unigram model adds up its scores along the whole text; near ties would fall otherwise in parts of it.
            PreTokenizer = model.Type == 2 && !vocabulary.HasInside(MetaspacePreTokenizer.Mark) ? new MetaspacePreTokenizer(keepRuns: true) : new WholeTextPreTokenizer(),
            Added = added,
            Normalizer = model.CharsMap.Length == 0 && !model.RemoveExtraSpaces
                ? Plain(model.AddDummyPrefix)
                : new SentencePieceNormalizer(model.CharsMap.Length == 0 ? null : new CharsMap(model.CharsMap), model.AddDummyPrefix, model.RemoveExtraSpaces),
            StripsLeadingSpace = model.AddDummyPrefix,
        });
    }

    // What Hugging Face writes for such a model.
    private static NormalizerSequence Plain(bool addDummyPrefix)
    {
        var spaces = new ReplaceNormalizer(" "u8.ToArray(), "▁"u8.ToArray());
        return new NormalizerSequence(addDummyPrefix ? [new PrependNormalizer("▁"u8.ToArray()), spaces] : [spaces]);
    }

    /// <summary>The merges by falling score; as in <see cref="TiktokenFile.MergesOf"/>, one pair can make a token.</summary>
    private static MergeTable Merges(byte[]?[] tokens, float[] scores, Vocabulary vocabulary)
    {
        var order = Enumerable.Range(0, tokens.Length).Where(id => tokens[id] is not null).OrderByDescending(id => scores[id]).ThenBy(id => id);
        var merges = new MergeTable(tokens.Length);
        var characters = new Characters(vocabulary, null, -1, false);
        var parts = new int[vocabulary.LongestToken];
        var rank = 0;
        foreach (var id in order)
        {
            var count = characters.Encode(tokens[id], parts);
            if (count > 1 && BpeMerger.Apply(parts.AsSpan(0, count), merges) == 2)
                merges.Add(new Merge(parts[0], parts[1], rank++, id));
        }
        return merges;
    }

    /// <summary>The fields of the protocol buffer that matter here.</summary>
    private sealed class Model
    {
        public Model(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var field = Field.Read(ref bytes);
                if (field.Number == 1)
                    ReadPiece(field.Bytes);
                else if (field.Number == 2)
                    ReadTrainer(field.Bytes);
                else if (field.Number == 3)
                    ReadNormalizer(field.Bytes);
            }
        }

        public List<(string Text, float Score, PieceType Type)> Pieces { get; } = [];

        public ulong Type { get; private set; } = 1;

        public bool ByteFallback { get; private set; }

        public bool SpacesAsSuffix { get; private set; }

        public string UnknownSurface { get; private set; } = " \u2047 ";

        public byte[] CharsMap { get; private set; } = [];

        public bool AddDummyPrefix { get; private set; } = true;

        public bool RemoveExtraSpaces { get; private set; } = true;

        private void ReadPiece(ReadOnlySpan<byte> bytes)
        {
            var (text, score, type) = ("", 0f, PieceType.Normal);
            while (!bytes.IsEmpty)
            {
                var field = Field.Read(ref bytes);
                if (field.Number == 1)
                    text = Encoding.UTF8.GetString(field.Bytes);
                else if (field.Number == 2)
                    score = BitConverter.UInt32BitsToSingle((uint)field.Value);
                else if (field.Number == 3)
                    type = (PieceType)field.Value;
            }
            Pieces.Add((text, score, type));
        }

        private void ReadTrainer(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var field = Field.Read(ref bytes);
                if (field.Number == 3)
                    Type = field.Value;
                else if (field.Number == 24)
                    SpacesAsSuffix = field.Value != 0;
                else if (field.Number == 35)
                    ByteFallback = field.Value != 0;
                else if (field.Number == 44)
                    UnknownSurface = Encoding.UTF8.GetString(field.Bytes);
            }
        }

        private void ReadNormalizer(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var field = Field.Read(ref bytes);
                if (field.Number == 2)
                    CharsMap = field.Bytes.ToArray();
                else if (field.Number == 3)
                    AddDummyPrefix = field.Value != 0;
                else if (field.Number == 4)
                    RemoveExtraSpaces = field.Value != 0;
                else if (field.Number == 5 && field.Value == 0)
                    throw new NotSupportedException("a SentencePiece model that doesn't escape white space is not supported");
            }
        }
    }

    /// <summary>One field of a protocol buffer.</summary>
    private readonly ref struct Field(int number, ulong value, ReadOnlySpan<byte> bytes)
    {
        public int Number { get; } = number;

        public ulong Value { get; } = value;

        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        public static Field Read(ref ReadOnlySpan<byte> bytes)
        {
            var tag = Varint(ref bytes);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    return new Field(number, Varint(ref bytes), []);
                case 1:
                    var eight = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                    bytes = bytes[8..];
                    return new Field(number, eight, []);
                case 2:
                    var length = checked((int)Varint(ref bytes));
                    var content = bytes[..length];
                    bytes = bytes[length..];
                    return new Field(number, 0, content);
                case 5:
                    var four = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                    bytes = bytes[4..];
                    return new Field(number, four, []);
                default:
                    throw new ArgumentOutOfRangeException(nameof(bytes), $"wire type {tag & 7}");
            }
        }

        private static ulong Varint(ref ReadOnlySpan<byte> bytes)
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var b = bytes[0];
                bytes = bytes[1..];
                value |= (ulong)(b & 0x7F) << shift;
                if (b < 0x80)
                    return value;
                if (shift >= 63)
                    throw new OverflowException("a number has more than 64 bits");
            }
        }
    }
}
