using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindwright.Training.Loop;

/// <summary>Values over a collective, as JSON.</summary>
internal static class CollectiveJson
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>What rank 0 computes, everywhere.</summary>
    public static T Share<T>(this ICollective collective, Func<T> compute) => collective.WorldSize == 1
        ? compute()
        : JsonSerializer.Deserialize<T>(collective.Broadcast(collective.Rank == 0 ? JsonSerializer.SerializeToUtf8Bytes(compute(), Options) : []), Options)!;

    /// <summary>What all processes have, by rank.</summary>
    public static IReadOnlyList<T> Gather<T>(this ICollective collective, T value) => collective.WorldSize == 1
        ? [value]
        : [.. collective.Gather(JsonSerializer.SerializeToUtf8Bytes(value, Options)).Select(bytes => JsonSerializer.Deserialize<T>(bytes, Options)!)];
}
