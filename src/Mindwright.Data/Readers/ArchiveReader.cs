using System.Formats.Tar;
using System.IO.Compression;

namespace Mindwright.Data;

/// <summary>Tar and zip archives: every file in them is read by its own format; everything streams, and nothing is written to disk.</summary>
internal static class ArchiveReader
{
    public static IEnumerable<Document> ReadZip(Stream stream, ReadContext context)
    {
        using var archive = Guard("zip", () => new ZipArchive(stream, ZipArchiveMode.Read));
        foreach (var entry in Guard("zip", () => archive.Entries))
            if (!entry.FullName.EndsWith('/'))
                foreach (var document in ReadEntry(entry.FullName, entry.Open, context))
                    yield return document;
    }

    public static IEnumerable<Document> ReadTar(Stream stream, ReadContext context)
    {
        using var archive = new TarReader(stream);
        while (Guard("tar", () => archive.GetNextEntry()) is { } entry)
            if (entry.DataStream is { } content && entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
                foreach (var document in ReadEntry(entry.Name, () => new ExactStream(content, entry.Length), context))
                    yield return document;
    }

    private static IEnumerable<Document> ReadEntry(string path, Func<Stream> open, ReadContext archive)
    {
        var name = $"{archive.Name}!{path}";
        if (RelativePath.LeadsOut(path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path))
        {
            archive.Bad(name, "the path leads out of the archive's folder");
            yield break;
        }
        using var content = open();
        var beginning = new byte[4];
        var read = content.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        var whole = new ConcatenatedStream(new MemoryStream(beginning, 0, read), content);
        using var unpacked = Corpus.Unpacked(whole, beginning.AsSpan(0, read)) ?? whole;
        foreach (var document in Corpus.ReadStream(unpacked, new ReadContext(name, archive.Options, archive.Cancellation)))
            yield return document;
    }

    /// <summary>The platform reports damage by several kinds of exceptions.</summary>
    private static T Guard<T>(string kind, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException or ArgumentException)
        {
            throw new InvalidDataException($"broken {kind}: {e.Message}", e);
        }
    }
}
