using System.Text.Json;

namespace Mindwright.Data;

/// <summary>A <c>.json</c> file: an array of objects, read one by one, or JSON Lines under that extension.</summary>
internal static class JsonArrayReader
{
    public static IEnumerable<Document> Read(Stream stream, ReadContext context)
    {
        var head = new byte[256];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var whole = new ConcatenatedStream(new MemoryStream(head, 0, length), stream);
        var isArray = head.AsSpan(0, length).TrimStart("\uFEFF \t\r\n"u8) is [(byte)'[', ..];
        return isArray ? ReadArray(whole, context) : JsonLinesReader.Read(whole, context);
    }

    private static IEnumerable<Document> ReadArray(Stream stream, ReadContext context)
    {
        using var items = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(stream, cancellationToken: context.Cancellation)
            .ToBlockingEnumerable(context.Cancellation).GetEnumerator();
        for (long number = 1; TryNext(items, number, out var item); number++)
        {
            if (item.ValueKind != JsonValueKind.Object)
                context.Bad(number, "not a JSON object");
            else if (JsonLinesReader.TextOf(JsonSerializer.SerializeToUtf8Bytes(item), context.Columns) is not { } text)
                context.Bad(number, context.NoColumn(item.EnumerateObject().Select(property => property.Name)));
            else if (!string.IsNullOrWhiteSpace(text))
                yield return context.Document(text, number);
        }
    }

    private static bool TryNext(IEnumerator<JsonElement> items, long number, out JsonElement item)
    {
        try
        {
            item = items.MoveNext() ? items.Current : default;
            return item.ValueKind != JsonValueKind.Undefined;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"broken JSON in or after item {number}: {e.Message}", e);
        }
    }
}
