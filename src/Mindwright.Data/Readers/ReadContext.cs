using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Mindwright.Data;

/// <summary>Shared by the readers of one file: its name, the options, and the reporting of bad input.</summary>
internal sealed class ReadContext(string name, ReadOptions options, CancellationToken cancellation)
{
    private static readonly string[] s_usualColumns = ["text", "content", "messages", "conversations"];

    public string Name => name;

    public ReadOptions Options => options;

    public CancellationToken Cancellation => cancellation;

    /// <summary>The columns that may hold the text, in order of preference.</summary>
    public IReadOnlyList<string> Columns { get; } = options.TextColumn is { } column ? [column] : s_usualColumns;

    /// <summary>A document of this file.</summary>
    public Document Document(string text, long position) => new(text, Source(position));

    /// <summary>Reports an input that cannot be used: an exception, or a counted skip where the caller chose that.</summary>
    public void Bad(long position, string problem) => Bad(Source(position), problem);

    /// <inheritdoc cref="Bad(long, string)"/>
    public void Bad(string source, string problem)
    {
        if (options.OnBadInput is null)
            throw new InvalidDataException($"{source}: {problem} (fix the input, or choose to skip bad input)");
        options.OnBadInput(new BadInput(source, problem));
    }

    /// <summary>The message where no column holds text.</summary>
    public string NoColumn(IEnumerable<string> present) =>
        $"no text column: looked for {string.Join(", ", Columns)}, found {string.Join(", ", present.Take(20))}; name the column";

    /// <summary>Decodes strict UTF-8 without NULs; a bad text is reported under its position and returns null.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="position">Its line, row or byte: what goes into the source.</param>
    /// <param name="offset">The offset of <paramref name="bytes"/> in the (unpacked) file, for messages.</param>
    public string? Decode(ReadOnlySpan<byte> bytes, long position, long offset)
    {
        var nul = bytes.IndexOf((byte)0);
        if (nul < 0 && Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        Bad(position, Describe(bytes, nul, offset));
        return null;
    }

    private static string Describe(ReadOnlySpan<byte> bytes, int nul, long offset)
    {
        if (offset == 0 && bytes.Length >= 2 && (bytes[0], bytes[1]) is (0xFF, 0xFE) or (0xFE, 0xFF))
            return "UTF-16 text: convert it to UTF-8";
        if (nul >= 0)
            return string.Create(CultureInfo.InvariantCulture, $"NUL at byte {offset + nul}: a binary file?");
        var scratch = ArrayPool<char>.Shared.Rent(bytes.Length);
        Utf8.ToUtf16(bytes, scratch, out var valid, out _, replaceInvalidSequences: false);
        ArrayPool<char>.Shared.Return(scratch);
        return string.Create(CultureInfo.InvariantCulture, $"invalid UTF-8 at byte {offset + valid} (0x{bytes[valid]:X2})");
    }

    private string Source(long position) => string.Create(CultureInfo.InvariantCulture, $"{name}:{position}");
}
