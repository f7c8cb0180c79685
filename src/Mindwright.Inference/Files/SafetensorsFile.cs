using System.IO.MemoryMappedFiles;

namespace Mindwright.Inference.Files;

/// <summary>A <c>.safetensors</c> file, checked in full at opening (all but the tensors' values) and mapped into memory.</summary>
/// <remarks>Format: 8 bytes of header length, a JSON header, the tensors' bytes; see the safetensors project's description.
/// Reading from several threads is safe; disposing while another reads is not.</remarks>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _data;

    private SafetensorsFile(string path)
    {
        using (var stream = File.OpenRead(path))
        {
            var header = SafetensorsHeader.Read(stream, path);
            Path = path;
            Metadata = header.Metadata;
            Tensors = header.Tensors.ToDictionary(
                t => t.Name, t => new SafetensorsTensor(this, t.Name, t.Dtype, t.Shape, header.DataStart + t.Offset, t.ByteLength), StringComparer.Ordinal);
        }
        _mapping = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        _view = _mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _data);
        _data += _view.PointerOffset;
    }

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file breaks the format's rules; the message names the file and the tensor.</exception>
    public static SafetensorsFile Open(string path) => new(path);

    /// <summary>The file's path, as given.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors { get; }

    /// <summary>Free text that goes with the tensors (<c>__metadata__</c>); empty where there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    internal byte* Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(_data is null, this);
            return _data;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_data is null)
            return;
        _data = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _mapping.Dispose();
    }
}
