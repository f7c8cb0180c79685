namespace Mindwright.Inference.Files;

/// <summary>The weights of a Hugging Face model folder, in one file or in shards, opened and checked as one set of tensors.</summary>
public sealed class SafetensorsFolder : IDisposable
{
    internal const string SingleFile = "model.safetensors";
    internal const string IndexFile = "model.safetensors.index.json";

    private readonly List<SafetensorsFile> _files = [];

    private SafetensorsFolder(string folder)
    {
        var tensors = new SortedDictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        Tensors = tensors;
        try
        {
            var index = Path.Combine(folder, IndexFile);
            if (File.Exists(index))
                OpenShards(folder, SafetensorsIndex.Read(index), tensors);
            else
                foreach (var tensor in OpenFile(Path.Combine(folder, SingleFile)).Tensors.Values)
                    tensors.Add(tensor.Name, tensor);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Opens <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> lists.</summary>
    /// <exception cref="FileNotFoundException">There are no weights in the folder, or a shard is missing; the message names it.</exception>
    /// <exception cref="InvalidDataException">A file breaks the format's rules, or a shard lacks a tensor that the index places there.</exception>
    public static SafetensorsFolder Open(string folder) => new(folder);

    /// <summary>The tensors of all shards by name, in ordinal order of the names.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors { get; }

    /// <summary>Free text of the first file (<c>__metadata__</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata => _files.Count > 0 ? _files[0].Metadata : new Dictionary<string, string>();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    private void OpenShards(string folder, SafetensorsIndex index, SortedDictionary<string, SafetensorsTensor> tensors)
    {
        foreach (var shard in index.WeightMap.GroupBy(entry => entry.Value, StringComparer.Ordinal).OrderBy(shard => shard.Key, StringComparer.Ordinal))
        {
            var file = OpenFile(Path.Combine(folder, shard.Key));
            foreach (var (name, _) in shard)
                tensors.Add(name, file.Tensors.TryGetValue(name, out var tensor)
                    ? tensor
                    : throw new InvalidDataException($"{file.Path}: lacks the tensor {name}, which {IndexFile} says is there"));
            if (file.Tensors.Keys.FirstOrDefault(name => !index.WeightMap.ContainsKey(name)) is { } stray)
                throw new InvalidDataException($"{file.Path}: holds the tensor {stray}, which {IndexFile} does not list");
        }
    }

    private SafetensorsFile OpenFile(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: the file with these weights is missing; fetch or copy the model folder again", path);
        var file = SafetensorsFile.Open(path);
        _files.Add(file);
        return file;
    }
}
