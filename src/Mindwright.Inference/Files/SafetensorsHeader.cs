using System.Buffers.Binary;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mindwright.Inference.Files;

/// <summary>Where a tensor lies in a file; <paramref name="Offset"/> counts from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, SafetensorsDtype Dtype, long[] Shape, long Offset, long ByteLength);

/// <summary>The JSON header of a file: read with every rule of the format enforced, and written as the reference implementation writes it.</summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Tensors, IReadOnlyDictionary<string, string> Metadata, long DataStart)
{
    internal const string MetadataKey = "__metadata__";

    // The limit that the reference implementation sets, so that a broken length cannot make a reader allocate the machine's memory.
    private const long MaximumLength = 100_000_000;
    private const int LengthBytes = 8;
    private const int Alignment = 8;

    internal static SafetensorsHeader Read(Stream stream, string path)
    {
        var fileBytes = stream.Length;
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (stream.ReadAtLeast(prefix, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
            throw Bad(path, $"it has {fileBytes} bytes, fewer than the 8 of a header's length; it was truncated or is not a safetensors file");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaximumLength || (long)length > fileBytes - LengthBytes)
            throw Bad(path, $"its header claims {length} bytes, but the file has {fileBytes}; it was truncated or is not a safetensors file");
        var json = new byte[(int)length];
        stream.ReadExactly(json);
        var dataStart = LengthBytes + (long)length;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Parse(document.RootElement, path, dataStart, fileBytes - dataStart);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a string that is no valid UTF-8, or an element of another kind than expected.
            throw Bad(path, $"its header is not the JSON that the format requires: {e.Message}", e);
        }
    }

    private static SafetensorsHeader Parse(JsonElement root, string path, long dataStart, long dataBytes)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var tensors = new List<SafetensorsEntry>();
        foreach (var property in root.EnumerateObject())
            if (property.Name == MetadataKey)
                foreach (var item in property.Value.EnumerateObject())
                    metadata.Add(item.Name, item.Value.GetString() ?? throw Bad(path, $"metadata {item.Name} is not text"));
            else
                tensors.Add(ParseTensor(property.Name, property.Value, path));

        tensors.Sort((a, b) => (a.Offset, a.ByteLength).CompareTo((b.Offset, b.ByteLength)));
        var end = 0L;
        foreach (var tensor in tensors)
        {
            if (tensor.Offset != end)
                throw Bad(path, $"tensor {tensor.Name} starts at byte {tensor.Offset} where byte {end} was due: tensors must follow each other without gap or overlap");
            if (tensor.ByteLength > dataBytes - end)
                throw Bad(path, $"tensor {tensor.Name} ends at byte {end + tensor.ByteLength}, but the file holds {dataBytes} bytes of tensors; it was cut short");
            end += tensor.ByteLength;
        }
        if (end != dataBytes)
            throw Bad(path, $"it holds {dataBytes} bytes of tensors, but its header accounts for {end}");
        return new SafetensorsHeader(tensors, metadata, dataStart);
    }

    private static SafetensorsEntry ParseTensor(string name, JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("dtype", out var dtypeElement) || dtypeElement.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("shape", out var shapeElement) || !TryReadNumbers(shapeElement, out var shape)
            || !element.TryGetProperty("data_offsets", out var offsetsElement) || !TryReadNumbers(offsetsElement, out var offsets)
            || offsets.Length != 2 || offsets[0] > offsets[1])
            throw Bad(path, $"tensor {name} lacks a sound dtype, shape or data_offsets");
        var dtypeName = dtypeElement.GetString()!;
        if (!SafetensorsDtypes.TryParse(dtypeName, out var dtype))
            throw Bad(path, $"tensor {name} has the element type {dtypeName}; known are {string.Join(", ", Enum.GetValues<SafetensorsDtype>().Select(d => d.FileName()))}");
        var bytes = offsets[1] - offsets[0];
        if (dtype.ByteLength(shape) != bytes)
            throw Bad(path, $"tensor {name} of {dtypeName} [{string.Join(", ", shape)}] cannot have {bytes} bytes");
        return new SafetensorsEntry(name, dtype, shape, offsets[0], bytes);
    }

    private static bool TryReadNumbers(JsonElement element, out long[] numbers)
    {
        numbers = [];
        if (element.ValueKind != JsonValueKind.Array)
            return false;
        numbers = new long[element.GetArrayLength()];
        var i = 0;
        foreach (var item in element.EnumerateArray())
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[i]) || numbers[i++] < 0)
                return false;
        return true;
    }

    /// <summary>The bytes before the tensors: length, JSON, and spaces up to a multiple of 8.</summary>
    internal static byte[] Write(IReadOnlyList<SafetensorsEntry> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[LengthBytes]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Dtype.FileName());
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [tensor.Offset, tensor.Offset + tensor.ByteLength]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        var bytes = buffer.ToArray();
        var length = bytes.Length - LengthBytes;
        if (length > MaximumLength)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"the header would have {length} bytes; readers accept {MaximumLength}"));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)length);
        return bytes;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static InvalidDataException Bad(string path, string what, Exception? cause = null) => new($"{path}: {what}", cause);
}
