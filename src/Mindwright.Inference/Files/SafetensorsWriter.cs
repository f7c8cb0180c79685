namespace Mindwright.Inference.Files;

/// <summary>Writes tensors to one file, or to a model folder, in shards where it is large.</summary>
/// <remarks>
/// The bytes of a file depend on its tensors alone, not on the order in which they are given: they are ranked by element type and name,
/// as the reference implementation does. Shards are filled in the order given. Nothing here is atomic; write into a folder that becomes visible when it is complete.
/// </remarks>
public static class SafetensorsWriter
{
    /// <summary>Bytes of tensors from which on a model is written as several files, as Hugging Face tools do.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    /// <summary>Writes one file, over one that is there; a file that could not be finished is removed.</summary>
    /// <exception cref="ArgumentException">Two tensors have the same name.</exception>
    /// <exception cref="InvalidOperationException">A callback wrote more or fewer bytes than its tensor has.</exception>
    public static void Write(string path, IReadOnlyCollection<SafetensorsSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ranked = Rank(tensors);
        var offset = 0L;
        var entries = new List<SafetensorsEntry>(ranked.Count);
        foreach (var tensor in ranked)
        {
            entries.Add(new SafetensorsEntry(tensor.Name, tensor.Dtype, [.. tensor.Shape], offset, tensor.ByteLength));
            offset = checked(offset + tensor.ByteLength);
        }
        var header = SafetensorsHeader.Write(entries, metadata ?? new Dictionary<string, string>());
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        try
        {
            stream.Write(header);
            foreach (var tensor in ranked)
            {
                var start = stream.Position;
                tensor.Write(stream);
                if (stream.Position - start != tensor.ByteLength)
                    throw new InvalidOperationException($"tensor {tensor.Name} has {tensor.ByteLength} bytes, but {stream.Position - start} were written");
            }
            stream.Flush();
        }
        catch
        {
            Discard(stream);
            throw;
        }
    }

    /// <summary>
    /// Writes <c>model.safetensors</c> into a folder, or, above <paramref name="shardBytes"/>, <c>model-00001-of-0000N.safetensors</c> …
    /// with <c>model.safetensors.index.json</c>. The folder should hold no other weights.
    /// </summary>
    /// <inheritdoc cref="Write"/>
    public static void WriteFolder(
        string folder, IReadOnlyCollection<SafetensorsSource> tensors, IReadOnlyDictionary<string, string>? metadata = null, long shardBytes = DefaultShardBytes)
    {
        Rank(tensors); // for names that occur twice, in different shards too
        var shards = new List<List<SafetensorsSource>> { new() };
        var filled = 0L;
        foreach (var tensor in tensors)
        {
            if (shards[^1].Count > 0 && tensor.ByteLength > shardBytes - filled)
            {
                shards.Add([]);
                filled = 0;
            }
            shards[^1].Add(tensor);
            filled += tensor.ByteLength;
        }
        if (shards.Count == 1)
        {
            Write(Path.Combine(folder, SafetensorsFolder.SingleFile), shards[0], metadata);
            return;
        }
        var index = new SafetensorsIndex(tensors.Sum(t => t.ByteLength));
        for (var i = 0; i < shards.Count; i++)
        {
            var name = $"model-{i + 1:D5}-of-{shards.Count:D5}.safetensors";
            Write(Path.Combine(folder, name), shards[i], metadata);
            foreach (var tensor in shards[i])
                index.WeightMap.Add(tensor.Name, name);
        }
        index.Write(Path.Combine(folder, SafetensorsFolder.IndexFile));
    }

    private static void Discard(FileStream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // On a full disk the buffer cannot be flushed either; the error that is already on its way says so.
        }
        File.Delete(stream.Name);
    }

    private static List<SafetensorsSource> Rank(IReadOnlyCollection<SafetensorsSource> tensors)
    {
        var ranked = tensors.OrderByDescending(t => t.Dtype).ThenBy(t => t.Name, StringComparer.Ordinal).ToList();
        var twice = ranked.GroupBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? ranked : throw new ArgumentException($"{twice.Count()} tensors have the name {twice.Key}", nameof(tensors));
    }
}
