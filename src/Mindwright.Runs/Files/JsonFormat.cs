using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindwright.Runs.Files;

/// <summary>
/// How JSON is written and read everywhere: keys and enumerated values in snake_case, absent values as <c>null</c>, NaN and infinities as
/// strings, lines that end in <c>\n</c>. A key that occurs twice is an error.
/// </summary>
public static class JsonFormat
{
    /// <summary>For files and documents: indented.</summary>
    public static JsonSerializerOptions Indented { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a diverged loss is NaN, and should be seen
        // The text goes to files and pipes, never into HTML: quotes and letters of any script stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowDuplicateProperties = false,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>For JSON Lines, and for bytes that are hashed: the same on one line.</summary>
    public static JsonSerializerOptions Line { get; } = new(Indented) { WriteIndented = false };

    /// <summary>
    /// The same as <see cref="Indented"/>, but a file that lacks a required value is an error: for files of which others have the name, too.
    /// </summary>
    public static JsonSerializerOptions Strict { get; } = new(Indented)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The bytes of a file: indented UTF-8 with a line end at the end.</summary>
    /// <param name="value">What to write.</param>
    public static byte[] Serialize<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Indented), (byte)'\n'];

    /// <summary>Writes a file that is there whole or not at all.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="value">What to write.</param>
    /// <exception cref="IOException">The file could not be written (a full disk is named as such); the old one is untouched.</exception>
    public static void Write<T>(string path, T value) => AtomicFile.Write(path, stream => stream.Write(Serialize(value)));

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is damaged or holds something else; the message names the file.</exception>
    public static T Read<T>(string path) => Read<T>(path, Indented);

    /// <summary>The same with other options.</summary>
    /// <inheritdoc cref="Read{T}(string)"/>
    internal static T Read<T>(string path, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), options) ?? throw new InvalidDataException($"{path}: is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }
}
