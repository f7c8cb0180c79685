using System.IO.Compression;

namespace Mindwright.Tokens.Formats;

/// <summary>Finds out which format a tokenizer has, by content rather than by name.</summary>
internal static class TokenizerFiles
{
    private static readonly string[] s_names = ["tokenizer.json", "tokenizer.json.gz", "tokenizer.model", "vocab.json", "encoder.json"];

    public static Tokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = path;
        if (Directory.Exists(path))
        {
            file = s_names.Select(n => Path.Combine(path, n)).FirstOrDefault(File.Exists)
                ?? Directory.EnumerateFiles(path, "*.tiktoken").Order(StringComparer.Ordinal).FirstOrDefault()
                ?? throw new FileNotFoundException($"{path} holds no tokenizer: looked for {string.Join(", ", s_names)}, *.tiktoken");
        }
        else if (!File.Exists(path))
        {
            throw new FileNotFoundException($"there is no tokenizer at {path}", path);
        }
        var bytes = ReadAll(file);
        var first = bytes.AsSpan().TrimStart(" \t\r\n\uFEFF"u8);
        if (first is [(byte)'{', ..])
            return TokenizerJsonReader.Read(bytes, file);
        if (SentencePieceFile.Looks(bytes))
            return SentencePieceFile.Read(bytes, file);
        if (TiktokenFile.Looks(bytes))
            return TiktokenFile.Read(bytes, file);
        throw new InvalidDataException($"{file} is no tokenizer.json, .tiktoken or SentencePiece model");
    }

    private static byte[] ReadAll(string file)
    {
        var bytes = File.ReadAllBytes(file);
        if (bytes is not [0x1F, 0x8B, ..])
            return bytes;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            gzip.CopyTo(plain);
            return plain.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{file} is a damaged gzip file: {e.Message}", e);
        }
    }
}
