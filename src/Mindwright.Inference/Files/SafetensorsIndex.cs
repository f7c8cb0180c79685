using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mindwright.Inference.Files;

/// <summary>The file <c>model.safetensors.index.json</c>: which shard holds which tensor.</summary>
internal sealed class SafetensorsIndex(long totalBytes)
{
    /// <summary>Shard file name by tensor name.</summary>
    internal SortedDictionary<string, string> WeightMap { get; } = new(StringComparer.Ordinal);

    internal static SafetensorsIndex Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false });
            var index = new SafetensorsIndex(0);
            foreach (var item in document.RootElement.GetProperty("weight_map").EnumerateObject())
            {
                var shard = item.Value.GetString();
                if (string.IsNullOrEmpty(shard) || shard is "." or ".." || shard.IndexOfAny(['/', '\\', ':']) >= 0)
                    throw new InvalidDataException($"{path}: tensor {item.Name} is said to lie in '{shard}', which is not the name of a file beside the index");
                index.WeightMap.Add(item.Name, shard);
            }
            return index;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path}: not an index of safetensors shards (weight_map: tensor name → file name): {e.Message}", e);
        }
    }

    internal void Write(string path)
    {
        using var stream = File.Create(path);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteNumber("total_size", totalBytes);
        json.WriteEndObject();
        json.WriteStartObject("weight_map");
        foreach (var (tensor, shard) in WeightMap)
            json.WriteString(tensor, shard);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
    }
}
