using System.Collections;
using System.Text.Json;

namespace Mindwright.Jinja;

/// <summary>What a caller hands over as a template's variables, as values of the interpreter.</summary>
internal static class Inputs
{
    /// <param name="runtime">Pays for the copy, and limits how deep it goes: a list may contain itself.</param>
    /// <param name="input">What the caller gave.</param>
    /// <param name="name">The variable that it is part of, for messages.</param>
    /// <exception cref="ArgumentException">It is of a type that templates don't know.</exception>
    public static object ToValue(Runtime runtime, object? input, string name)
    {
        switch (input)
        {
            case null:
                return None.Value;
            case string text:
                return JinjaText.Untrusted(text);
            case JinjaText or bool or long or double:
                return input;
            case int or short or sbyte or byte or ushort or uint:
                return Convert.ToInt64(input, null);
            case ulong number:
                return number <= long.MaxValue ? (object)(long)number : (double)number;
            case float or decimal:
                return Convert.ToDouble(input, null);
        }
        runtime.Budget.Enter();
        object value = input switch
        {
            JsonElement json => ToValue(runtime, json, name),
            IDictionary dictionary => ToMapping(runtime, Entries(dictionary), name),
            IEnumerable<KeyValuePair<string, object?>> pairs => ToMapping(runtime, pairs.Select(pair => ((object?)pair.Key, pair.Value)), name),
            IEnumerable items => ToSequence(runtime, items, name),
            _ => throw new ArgumentException(
                $"the variable '{name}' holds a {input.GetType()}, which templates don't know; give text, a number, a list, a dictionary or a JsonElement", nameof(input)),
        };
        runtime.Budget.Leave();
        return value;
    }

    private static object ToValue(Runtime runtime, JsonElement json, string name)
    {
        try
        {
            switch (json.ValueKind)
            {
                case JsonValueKind.String:
                    return JinjaText.Untrusted(json.GetString()!);
                case JsonValueKind.Number:
                    var digits = json.GetRawText();
                    return digits.AsSpan().IndexOfAny('.', 'e', 'E') < 0 && json.TryGetInt64(out var integer) ? (object)integer : json.GetDouble();
                case JsonValueKind.True:
                    return true;
                case JsonValueKind.False:
                    return false;
                case JsonValueKind.Array:
                    return ToSequence(runtime, json.EnumerateArray(), name);
                case JsonValueKind.Object:
                    return ToMapping(runtime, json.EnumerateObject().Select(property => ((object?)property.Name, (object?)property.Value)), name);
                default:
                    return None.Value;
            }
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw new JinjaError($"a text in '{name}' holds half a surrogate pair");
        }
    }

    private static Sequence ToSequence(Runtime runtime, IEnumerable items, string name)
    {
        var values = new List<object>();
        foreach (var item in items)
        {
            runtime.Budget.Step();
            runtime.Budget.Size(values.Count);
            values.Add(ToValue(runtime, item, name));
        }
        return new Sequence(values);
    }

    private static Mapping ToMapping(Runtime runtime, IEnumerable<(object? Key, object? Value)> entries, string name)
    {
        var mapping = new Mapping();
        foreach (var (key, value) in entries)
        {
            runtime.Budget.Step();
            runtime.Budget.Size(mapping.Count);
            mapping[ToValue(runtime, key, name)] = ToValue(runtime, value, name);
        }
        return mapping;
    }

    private static IEnumerable<(object? Key, object? Value)> Entries(IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary)
            yield return (entry.Key, entry.Value);
    }
}
