using System.Runtime.InteropServices;
using System.Text;
using Mindwright.Runs;

namespace Mindwright.Data;

/// <summary>
/// The file in which a build notes the hash and the signature of every document that it kept, so that after an interruption
/// the sieve knows them again. It is removed at the end.
/// </summary>
internal sealed class KeptRecord : IDisposable
{
    public const string FileName = "kept.bin";

    private readonly FileStream _file;

    /// <summary>Opens the record; what stands beyond <paramref name="length"/> is cut off.</summary>
    public KeptRecord(string folder, long length)
    {
        _file = new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1 << 18);
        if (_file.Length < length)
            throw new InvalidDataException($"{_file.Name}: shorter than when the work was interrupted; remove the folder to begin anew");
        _file.SetLength(length);
        _file.Position = length;
    }

    /// <summary>Notes a document.</summary>
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

    /// <summary>Tells the sieve all that is noted.</summary>
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

    /// <summary>Brings all to disk; gives the length.</summary>
    public long Checkpoint()
    {
        _file.Flush(flushToDisk: true);
        return _file.Position;
    }

    public void Dispose() => _file.Dispose();
}
