using System.Globalization;
using System.Runtime.InteropServices;

namespace Mindwright.Data;

/// <summary>The state of a <see cref="ShardWriter"/>: with it, writing resumes after an interruption.</summary>
/// <param name="Complete">The shards that are finished.</param>
/// <param name="Source">The source of the open shard; null where none is open.</param>
/// <param name="Tokens">Tokens in the open shard.</param>
/// <param name="Documents">Documents in the open shard.</param>
public sealed record ShardWriterState(IReadOnlyList<ShardInfo> Complete, string? Source, long Tokens, int Documents);

/// <summary>Appends tokenized documents to shards in a folder. A shard holds documents of one source.</summary>
public sealed class ShardWriter : IDisposable
{
    /// <summary>Tokens after which a new shard begins, by default: 256 MiB at two bytes a token.</summary>
    public const long DefaultShardTokens = 1L << 27;

    private readonly string _folder;
    private readonly int _vocabularySize;
    private readonly long _shardTokens;
    private readonly List<ShardInfo> _complete = [];
    private FileStream? _tokensFile;
    private FileStream? _documentsFile;
    private string? _source;
    private long _tokens;
    private int _documents;
    private byte[] _buffer = [];

    /// <summary>Opens a folder for writing.</summary>
    /// <param name="folder">Created if absent.</param>
    /// <param name="vocabularySize">Ids are below this; for a vocabulary of up to 65,536 they take two bytes, else four.</param>
    /// <param name="shardTokens">Tokens after which a new shard begins; at most 2³¹.</param>
    /// <param name="resume">The state of an earlier writer; what it wrote after that is cut off.</param>
    public ShardWriter(string folder, int vocabularySize, long shardTokens = DefaultShardTokens, ShardWriterState? resume = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shardTokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shardTokens, 1L << 31);
        (_folder, _vocabularySize, _shardTokens) = (folder, vocabularySize, shardTokens);
        Directory.CreateDirectory(folder);
        if (resume is null)
            return;
        _complete.AddRange(resume.Complete);
        if (resume.Source is null)
            return;
        (_tokens, _documents) = (resume.Tokens, resume.Documents);
        Open(resume.Source);
    }

    /// <summary>Bytes of one token in the shards.</summary>
    public int BytesPerToken => WidthOf(_vocabularySize);

    /// <summary>Bytes of one token of a vocabulary.</summary>
    internal static int WidthOf(int vocabularySize) => vocabularySize <= 1 << 16 ? 2 : 4;

    /// <summary>Appends a document.</summary>
    /// <param name="source">The named source to which it belongs; all documents of a source come one after the other.</param>
    /// <param name="tokens">At least one token, including the boundary token at the end.</param>
    /// <param name="tags">Its set of tags, a bit for each.</param>
    /// <exception cref="ArgumentOutOfRangeException">A token lies outside the vocabulary.</exception>
    public void Add(string source, ReadOnlySpan<int> tokens, uint tags = 0)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length);
        if (_source != source || (_tokens > 0 && _tokens + tokens.Length > _shardTokens))
        {
            Close();
            Open(source);
        }
        _tokensFile!.Write(Pack(tokens));
        _tokens += tokens.Length;
        _documents++;
        ReadOnlySpan<uint> entry = [checked((uint)_tokens), tags];
        _documentsFile!.Write(MemoryMarshal.AsBytes(entry));
    }

    /// <summary>Flushes to the disk, and returns the state from which writing can resume.</summary>
    public ShardWriterState Checkpoint()
    {
        _tokensFile?.Flush(flushToDisk: true);
        _documentsFile?.Flush(flushToDisk: true);
        return new ShardWriterState([.. _complete], _source, _tokens, _documents);
    }

    /// <summary>Finishes the last shard; returns all of them.</summary>
    public IReadOnlyList<ShardInfo> Complete()
    {
        Close();
        return _complete;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokensFile?.Dispose();
        _documentsFile?.Dispose();
    }

    private static string TokensFile(int shard) => string.Create(CultureInfo.InvariantCulture, $"tokens-{shard:D5}.bin");

    private static string DocumentsFile(int shard) => string.Create(CultureInfo.InvariantCulture, $"documents-{shard:D5}.bin");

    private ReadOnlySpan<byte> Pack(ReadOnlySpan<int> tokens)
    {
        if (_buffer.Length < tokens.Length * 4)
            _buffer = new byte[tokens.Length * 4];
        foreach (var token in tokens)
            if ((uint)token >= (uint)_vocabularySize)
                throw new ArgumentOutOfRangeException(nameof(tokens), token, $"token outside the vocabulary of {_vocabularySize}");
        if (BytesPerToken == 4)
            return MemoryMarshal.AsBytes(tokens);
        var narrow = MemoryMarshal.Cast<byte, ushort>(_buffer.AsSpan())[..tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
            narrow[i] = (ushort)tokens[i];
        return MemoryMarshal.AsBytes(narrow);
    }

    private void Open(string source)
    {
        _source = source;
        _tokensFile = OpenAt(TokensFile(_complete.Count), _tokens * BytesPerToken);
        _documentsFile = OpenAt(DocumentsFile(_complete.Count), _documents * 8L);
    }

    private FileStream OpenAt(string name, long length)
    {
        var file = new FileStream(Path.Combine(_folder, name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1 << 20);
        if (file.Length < length)
        {
            file.Dispose();
            throw new InvalidDataException($"{Path.Combine(_folder, name)}: shorter than when the build was interrupted; remove the folder to start over");
        }
        file.SetLength(length);
        file.Position = length;
        return file;
    }

    private void Close()
    {
        if (_source is null)
            return;
        Checkpoint();
        Dispose();
        var (tokens, documents) = (TokensFile(_complete.Count), DocumentsFile(_complete.Count));
        _complete.Add(new ShardInfo(_source, tokens, documents, _tokens, _documents,
            Hashing.OfFile(Path.Combine(_folder, tokens)), Hashing.OfFile(Path.Combine(_folder, documents))));
        (_tokensFile, _documentsFile, _source, _tokens, _documents) = (null, null, null, 0, 0);
    }
}
