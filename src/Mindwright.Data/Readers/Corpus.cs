using ZstdSharp;

namespace Mindwright.Data;

/// <summary>Reads documents from files of all common formats.</summary>
public static class Corpus
{
    /// <summary>
    /// Reads the documents of files, folders and globs, always in the same order (paths as given; within a folder by ordinal order).
    /// </summary>
    /// <remarks>
    /// The formats are plain text and Markdown, JSON Lines, JSON arrays, CSV, TSV, Parquet and Arrow, all but Parquet also in gzip or zstd, and
    /// such files in tar and zip archives. A file with another extension counts as plain text. Everything streams: memory holds one document, or
    /// one row group of a Parquet file. Documents of white space only are skipped.
    /// </remarks>
    /// <param name="paths">Files, folders, or globs with <c>*</c>, <c>?</c> and <c>**</c>.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <param name="cancellation">Ends the enumeration.</param>
    /// <exception cref="FileNotFoundException">A path does not exist, or matches no file.</exception>
    /// <exception cref="InvalidDataException">Bad input that is not to be skipped, or no document at all.</exception>
    public static IEnumerable<Document> Read(
        IEnumerable<string> paths, ReadOptions? options = null, CancellationToken cancellation = default) =>
        ReadFiles(Files(paths), options ?? new ReadOptions(), cancellation);

    /// <summary>The files that files, folders and globs name, each once, in the order in which <see cref="Read"/> reads them.</summary>
    /// <exception cref="FileNotFoundException">A path does not exist, or matches no file.</exception>
    public static IReadOnlyList<string> Files(IEnumerable<string> paths) => [.. paths.SelectMany(InputFiles.Expand).Distinct()];

    private static IEnumerable<Document> ReadFiles(IReadOnlyList<string> files, ReadOptions options, CancellationToken cancellation)
    {
        var any = false;
        foreach (var file in files)
        {
            var context = new ReadContext(file, options, cancellation);
            foreach (var document in Guard(ReadFile(file, context), context))
            {
                any = true;
                yield return document;
            }
        }
        if (!any)
            throw new InvalidDataException($"no text in {string.Join(", ", files.Take(5))}{(files.Count > 5 ? ", …" : "")}");
    }

    /// <summary>A truncated or damaged file is bad input like any other.</summary>
    private static IEnumerable<Document> Guard(IEnumerable<Document> documents, ReadContext context)
    {
        using var enumerator = documents.GetEnumerator();
        while (TryNext(enumerator, context, out var document))
            yield return document;
    }

    private static bool TryNext(IEnumerator<Document> documents, ReadContext context, out Document document)
    {
        document = null!;
        try
        {
            if (!documents.MoveNext())
                return false;
            document = documents.Current;
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ZstdException
            && !e.Message.StartsWith(context.Name, StringComparison.Ordinal))
        {
            context.Bad(context.Name, e is ZstdException or EndOfStreamException ? $"damaged or truncated: {e.Message}" : e.Message);
            return false;
        }
    }

    private static IEnumerable<Document> ReadFile(string file, ReadContext context)
    {
        using var raw = OpenRaw(file);
        using var stream = Unpack(raw);
        var documents = Extension(file) switch
        {
            ".zip" => ArchiveReader.ReadZip(stream, context),
            ".tar" or ".tgz" => ArchiveReader.ReadTar(stream, context),
            _ => ReadStream(stream, context),
        };
        var (reported, length) = (0L, raw.Length);
        foreach (var document in documents)
        {
            Report(raw.Position);
            yield return document;
        }
        Report(length);

        void Report(long position)
        {
            // A Parquet file is read from its end; its position may move back.
            context.Options.OnBytes?.Invoke(Math.Max(0, position - reported));
            reported = Math.Max(reported, position);
        }
    }

    /// <summary>The documents of a stream, in the format of its name's extension.</summary>
    internal static IEnumerable<Document> ReadStream(Stream stream, ReadContext context) => Guard(
        Extension(context.Name) switch
        {
            ".jsonl" or ".ndjson" => JsonLinesReader.Read(stream, context),
            ".json" => JsonArrayReader.Read(stream, context),
            ".csv" => CsvReader.Read(stream, ',', context),
            ".tsv" => CsvReader.Read(stream, '\t', context),
            ".parquet" => ParquetTextReader.Read(stream, context),
            ".arrow" or ".feather" => ArrowTextReader.Read(stream, context),
            _ => PlainTextReader.Read(stream, context),
        },
        context);

    /// <summary>Opens a file, decompressed if its first bytes are those of gzip or zstd.</summary>
    internal static Stream Open(string file) => Unpack(OpenRaw(file));

    private static FileStream OpenRaw(string file) =>
        new(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);

    private static Stream Unpack(FileStream stream)
    {
        Span<byte> magic = stackalloc byte[4];
        var read = stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
        stream.Position = 0;
        return Unpacked(stream, magic[..read]) ?? stream;
    }

    /// <summary>The decompressed stream if it begins like gzip or zstd; otherwise null.</summary>
    internal static Stream? Unpacked(Stream stream, ReadOnlySpan<byte> beginning) => beginning switch
    {
        [0x1F, 0x8B, ..] => new GzipReadStream(stream),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => new DecompressionStream(stream, leaveOpen: false),
        _ => null,
    };

    private static string Extension(string file)
    {
        var extension = Path.GetExtension(file).ToLowerInvariant();
        return extension is ".gz" or ".zst" ? Path.GetExtension(Path.GetFileNameWithoutExtension(file)).ToLowerInvariant() : extension;
    }
}
