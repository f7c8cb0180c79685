using System.Runtime.InteropServices;
using System.Text;

namespace Mindwright.Data;

/// <summary>
/// The file in which a build records hash and signature of every document that it kept, so that a resumed build can rebuild the filter's
/// duplicate indexes. It is removed at the end.
/// </summary>
internal sealed class KeptRecord : IDisposable
{
    public const string FileName = "kept.bin";

    private readonly FileStream _file;

    /// <summary>Opens the record; what lies beyond <paramref name="length"/> bytes is cut off.</summary>
    public KeptRecord(string folder, long length)
    {
        _file = new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1 << 18);
        if (_file.Length < length)
            throw new InvalidDataException($"{_file.Name}: shorter than when the build was interrupted; remove the folder to start over");
        _file.SetLength(length);
        _file.Position = length;
    }

    /// <summary>Records a document.</summary>
    public void Add(Examined examined)
    {
        var hash = examined.Hash;
        _file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in hash)));
        var source = Encoding.UTF8.GetBytes(examined.Document.Source);
        ReadOnlySpan<int> lengths = [source.Length, examined.Signature?.Length ?? 0];
        _file.Write(MemoryMarshal.AsBytes(lengths));
        _file.Write(source);
        _file.Write(examined.Signature ?? []);
    }

    /// <summary>Adds every recorded document to the filter's indexes.</summary>
    public void Replay(DocumentFilter filter)
    {
        var end = _file.Position;
        _file.Position = 0;
        var signature = new byte[MinHash.Size];
        Span<int> lengths = stackalloc int[2];
        while (_file.Position < end)
        {
            UInt128 hash = default;
            _file.ReadExactly(MemoryMarshal.AsBytes(new Span<UInt128>(ref hash)));
            _file.ReadExactly(MemoryMarshal.AsBytes(lengths));
            var source = new byte[lengths[0]];
            _file.ReadExactly(source);
            _file.ReadExactly(signature.AsSpan(0, lengths[1]));
            filter.Remember(hash, signature.AsSpan(0, lengths[1]), Encoding.UTF8.GetString(source));
        }
        _file.Position = end;
    }

    /// <summary>Flushes to the disk; returns the length in bytes.</summary>
    public long Checkpoint()
    {
        _file.Flush(flushToDisk: true);
        return _file.Position;
    }

    public void Dispose() => _file.Dispose();
}
