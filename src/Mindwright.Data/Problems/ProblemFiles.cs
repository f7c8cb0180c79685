using System.Text.Json;

namespace Mindwright.Data.Problems;

/// <summary>Reads problems from JSON lines, or from a JSON array, packed by gzip or zstd or not.</summary>
internal static class ProblemFiles
{
    private const int LongestLine = 64 << 20; // bytes

    private static readonly string[] s_extensions = [".jsonl", ".ndjson", ".json"];

    /// <summary>The files that a source's paths mean: of a folder only those that are JSON by their names.</summary>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> paths) => [.. paths.SelectMany(Expand).Distinct()];

    /// <summary>The problems of a file, one by one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind of a problem that names none.</param>
    /// <exception cref="InvalidDataException">Something in it is no problem; the message names the line, or the item of an array.</exception>
    public static IEnumerable<Problem> Read(string path, string kind)
    {
        using var stream = Corpus.Open(path);
        var head = new byte[256];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        using var whole = new ConcatenatedStream(new MemoryStream(head, 0, length), stream);
        var isArray = head.AsSpan(0, length).TrimStart("\uFEFF \t\r\n"u8) is [(byte)'[', ..];
        foreach (var problem in isArray ? ReadArray(whole, path, kind) : ReadLines(whole, path, kind))
            yield return problem;
    }

    private static IEnumerable<string> Expand(string path)
    {
        var files = Corpus.Files([path]);
        if (!Directory.Exists(path))
            return files;
        var known = files.Where(IsJson).ToArray();
        return known.Length > 0 ? known : throw new FileNotFoundException($"{path}: no {string.Join(", ", s_extensions)} file there", path);
    }

    private static bool IsJson(string file)
    {
        var name = Path.GetExtension(file).ToLowerInvariant() is ".gz" or ".zst" ? Path.GetFileNameWithoutExtension(file) : file;
        return s_extensions.Contains(Path.GetExtension(name).ToLowerInvariant());
    }

    private static IEnumerable<Problem> ReadLines(Stream stream, string path, string kind)
    {
        var lines = new ByteRecords(stream, "\n"u8.ToArray(), LongestLine);
        while (TryReadLine(lines, path, out var line))
            if (line.Length > 0)
                yield return ProblemJson.Parse(line, kind, $"{path}, line {lines.Number}");
    }

    private static bool TryReadLine(ByteRecords lines, string path, out byte[] line)
    {
        var any = lines.TryRead(out var bytes);
        if (any && lines.TooLong)
            throw new InvalidDataException($"{path}, line {lines.Number}: longer than {LongestLine} bytes");
        if (lines.Number == 1 && bytes.StartsWith("\uFEFF"u8))
            bytes = bytes["\uFEFF"u8.Length..];
        line = bytes.Trim(" \t\r"u8).ToArray();
        return any;
    }

    private static IEnumerable<Problem> ReadArray(Stream stream, string path, string kind)
    {
        using var items = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(stream).ToBlockingEnumerable().GetEnumerator();
        for (var number = 1; TryNext(items, path, number, out var item); number++)
            yield return ProblemJson.Read(item, kind, $"{path}, item {number}");
    }

    private static bool TryNext(IEnumerator<JsonElement> items, string path, int number, out JsonElement item)
    {
        try
        {
            var any = items.MoveNext();
            item = any ? items.Current : default;
            return any;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: broken JSON in or after item {number}: {e.Message}", e);
        }
    }
}
