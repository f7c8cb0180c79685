using System.IO.MemoryMappedFiles;

namespace Mindwright.Data;

/// <summary>A shard, memory-mapped: any part of it is read without the rest.</summary>
/// <remarks>Any number of threads may read at once.</remarks>
internal sealed unsafe class TokenShard : ITokenShard
{
    private readonly MappedFile _tokens;
    private readonly MappedFile _documents;
    private readonly int _bytesPerToken;

    /// <summary>Maps a shard's two files.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">The size of a file is not that of the manifest.</exception>
    public TokenShard(string folder, ShardInfo info, int bytesPerToken)
    {
        Info = info;
        _bytesPerToken = bytesPerToken;
        _tokens = new MappedFile(Path.Combine(folder, info.TokensFile), info.Tokens * bytesPerToken);
        try
        {
            _documents = new MappedFile(Path.Combine(folder, info.DocumentsFile), info.Documents * 8L);
        }
        catch
        {
            _tokens.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ShardInfo Info { get; }

    /// <inheritdoc/>
    public (long Start, long End) Range(int document)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)document, (uint)Info.Documents);
        var entries = (uint*)_documents.Pointer;
        return (document == 0 ? 0 : entries[2 * (document - 1)], entries[2 * document]);
    }

    /// <inheritdoc/>
    public uint Tags(int document)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)document, (uint)Info.Documents);
        return ((uint*)_documents.Pointer)[(2 * document) + 1];
    }

    /// <inheritdoc/>
    public void Read(long start, Span<int> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + destination.Length, Info.Tokens, nameof(start));
        if (_bytesPerToken == 4)
        {
            new ReadOnlySpan<int>(_tokens.Pointer + (start * 4), destination.Length).CopyTo(destination);
            return;
        }
        var narrow = new ReadOnlySpan<ushort>(_tokens.Pointer + (start * 2), destination.Length);
        for (var i = 0; i < narrow.Length; i++)
            destination[i] = narrow[i];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokens.Dispose();
        _documents.Dispose();
    }

    private sealed class MappedFile : IDisposable
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;

        public MappedFile(string path, long length)
        {
            if (!File.Exists(path))
                throw new FileNotFoundException($"{path}: the manifest names it, but it is missing", path);
            if (new FileInfo(path).Length is var actual && actual != length)
                throw new InvalidDataException($"{path}: {actual} bytes where the manifest says {length}; build the folder again");
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* pointer = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            Pointer = pointer + _view.PointerOffset;
        }

        public byte* Pointer { get; }

        public void Dispose()
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
