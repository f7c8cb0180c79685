using System.Text.Json;

namespace Mindwright.Evaluation;

/// <summary>Reading of items; a missing key throws <see cref="KeyNotFoundException"/> with its name.</summary>
internal static class JsonItem
{
    public static bool Has(this JsonElement item, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(key, out _))
                return false;
        return true;
    }

    public static JsonElement Get(this JsonElement item, string key) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out var value) ? value : throw new KeyNotFoundException($"no \"{key}\"");

    /// <summary>A string, or a number as it is written.</summary>
    public static string Text(this JsonElement item, string key) =>
        item.Get(key) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : item.Get(key).GetString()!;

    public static int Int(this JsonElement item, string key) => item.Get(key).GetInt32();

    public static string[] Texts(this JsonElement item, string key) => [.. item.Get(key).EnumerateArray().Select(text => text.GetString()!)];
}
