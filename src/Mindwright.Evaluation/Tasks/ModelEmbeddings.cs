using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Mindwright.Inference.Files;
using Mindwright.Tokens;

namespace Mindwright.Evaluation.Tasks;

/// <summary>
/// The input embeddings of a model folder, for the words that are one token with a space before them: no word in the middle of
/// a text is encoded otherwise.
/// </summary>
public sealed class ModelEmbeddings : IWordEmbeddings
{
    private const string Matrix = "model.embed_tokens.weight";

    private readonly float[] _vectors;

    private ModelEmbeddings(string name, string[] words, float[] vectors)
    {
        (Name, Words, _vectors) = (name, words, vectors);
        Width = words.Length == 0 ? 0 : vectors.Length / words.Length;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Reads the embedding matrix of a Hugging Face model folder.</summary>
    /// <returns>Null where the weights name no such matrix, or have it in a type other than F32, BF16 or F16.</returns>
    public static ModelEmbeddings? Load(string folder, Tokenizer tokenizer)
    {
        using var weights = SafetensorsFolder.Open(folder);
        if (!weights.Tensors.TryGetValue(Matrix, out var matrix) || matrix.Shape.Count != 2
            || matrix.Dtype is not (SafetensorsDtype.F32 or SafetensorsDtype.BF16 or SafetensorsDtype.F16))
            return null;
        var (rows, width) = ((int)Math.Min(matrix.Shape[0], tokenizer.VocabularySize), (int)matrix.Shape[1]);
        var size = matrix.Dtype.Size();
        var words = new List<string>();
        var vectors = new List<float>();
        for (var id = 0; id < rows; id++)
        {
            var text = Encoding.UTF8.GetString(tokenizer.TokenBytes(id));
            if (text.Length < 2 || text[0] != ' ' || !text.Skip(1).All(char.IsLetter))
                continue;
            words.Add(text[1..]);
            var row = matrix.Slice((long)id * width * size, width * size);
            for (var i = 0; i < width; i++)
                vectors.Add(matrix.Dtype switch
                {
                    SafetensorsDtype.F32 => BinaryPrimitives.ReadSingleLittleEndian(row[(4 * i)..]),
                    SafetensorsDtype.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(row[(2 * i)..]),
                    _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(row[(2 * i)..]) << 16),
                });
        }
        return new(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), [.. words], [.. vectors]);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Vector(int word) => _vectors.AsSpan(word * Width, Width);
}

/// <summary>Names a model by its contents.</summary>
public static class ModelHash
{
    /// <summary>SHA-256 over weights, configuration and tokenizer of a model folder.</summary>
    public static string Of(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = Directory.GetFiles(folder).Where(path =>
            path.EndsWith(".safetensors", StringComparison.Ordinal) || Path.GetFileName(path) is "config.json" or "tokenizer.json");
        foreach (var path in files.Order(StringComparer.Ordinal))
        {
            using var file = File.OpenRead(path);
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(path)));
            hash.AppendData(SHA256.HashData(file));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
