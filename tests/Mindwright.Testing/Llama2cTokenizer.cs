using System.Text;

namespace Mindwright.Testing;

/// <summary>
/// The SentencePiece-like vocabulary that llama2.c ships beside its models: pieces with scores; text becomes characters
/// (or bytes), and the neighboring pair whose union scores highest is merged until none is left.
/// </summary>
public sealed class Llama2cTokenizer
{
    /// <summary>Beginning of a text.</summary>
    public const int Bos = 1;

    /// <summary>End of a text.</summary>
    public const int Eos = 2;

    private const int FirstByte = 3;

    private readonly byte[][] _pieces;
    private readonly float[] _scores;
    private readonly Dictionary<string, int> _ids = []; // by Latin-1 image of the bytes

    private Llama2cTokenizer(byte[][] pieces, float[] scores)
    {
        (_pieces, _scores) = (pieces, scores);
        for (var id = 0; id < pieces.Length; id++)
            _ids.TryAdd(Encoding.Latin1.GetString(pieces[id]), id);
    }

    /// <summary>Number of pieces.</summary>
    public int VocabularySize => _pieces.Length;

    /// <summary>Reads a vocabulary: the longest piece's length, then for each piece score, length, bytes.</summary>
    public static Llama2cTokenizer Load(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        reader.ReadInt32();
        var (pieces, scores) = (new List<byte[]>(), new List<float>());
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            scores.Add(reader.ReadSingle());
            pieces.Add(reader.ReadBytes(reader.ReadInt32()));
        }
        return new([.. pieces], [.. scores]);
    }

    /// <summary>Ids of a text, which gets a leading space as in training.</summary>
    public int[] Encode(string text, bool bos)
    {
        var ids = new List<int>();
        if (text.Length > 0)
            ids.Add(_ids[" "]);
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (_ids.TryGetValue(Encoding.Latin1.GetString(bytes), out var id))
                ids.Add(id);
            else
                ids.AddRange(bytes.Select(b => b + FirstByte));
        }
        while (Best(ids) is { } merge)
        {
            ids[merge.At] = merge.Id;
            ids.RemoveAt(merge.At + 1);
        }
        if (bos)
            ids.Insert(0, Bos);
        return [.. ids];
    }

    /// <summary>Text of ids; the space after <see cref="Bos"/> is dropped.</summary>
    public string Decode(IEnumerable<int> ids)
    {
        var bytes = new List<byte>();
        var previous = -1;
        foreach (var id in ids)
        {
            if (id is >= FirstByte and < FirstByte + 256)
                bytes.Add((byte)(id - FirstByte));
            else if (id is not (Bos or Eos))
                bytes.AddRange(previous == Bos && _pieces[id][0] == ' ' ? _pieces[id].Skip(1) : _pieces[id]);
            previous = id;
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private (int At, int Id)? Best(List<int> ids)
    {
        (int At, int Id)? best = null;
        for (var i = 0; i + 1 < ids.Count; i++)
        {
            var union = Encoding.Latin1.GetString([.. _pieces[ids[i]], .. _pieces[ids[i + 1]]]);
            if (_ids.TryGetValue(union, out var id) && (best is null || _scores[id] > _scores[best.Value.Id]))
                best = (i, id);
        }
        return best;
    }
}
