using System.Security.Cryptography;
using System.Text.Json;

namespace Mindwright.Runs.Files;

/// <summary>
/// The file <c>manifest.sha256.json</c> of a folder: name, size and SHA-256 of every other file in it, which detects a change of a single bit.
/// </summary>
public static class FolderManifest
{
    /// <summary>The manifest's file name.</summary>
    public const string FileName = "manifest.sha256.json";

    /// <summary>Checks a folder against its manifest: no file missing, added, renamed, cut or changed, the manifest included.</summary>
    /// <exception cref="InvalidDataException">Something differs; the message names the file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static void Verify(string folder)
    {
        var entries = Read(folder);
        var present = Files(folder).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (!present.Remove(entry.File))
                throw new InvalidDataException($"{Path.Combine(folder, entry.File)}: is missing");
            Verify(folder, entry);
        }
        if (present.Order(StringComparer.Ordinal).FirstOrDefault() is { } stray)
            throw new InvalidDataException($"{Path.Combine(folder, stray)}: does not belong to the folder as it was written");
    }

    /// <summary>Verifies a single file of a folder, since the others may be large.</summary>
    /// <inheritdoc cref="Verify(string)"/>
    internal static void Verify(string folder, string file) => Verify(folder, Read(folder).Find(entry => entry.File == file)
        ?? throw new InvalidDataException($"{Path.Combine(folder, file)}: is missing from the folder's {FileName}"));

    private static void Verify(string folder, Entry entry)
    {
        var path = Path.Combine(folder, entry.File);
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new InvalidDataException($"{path}: is missing");
        if (file.Length != entry.Bytes)
            throw new InvalidDataException(FormattableString.Invariant($"{path}: has {file.Length} bytes instead of {entry.Bytes}; it was truncated or changed"));
        if (Hash(path) != entry.Sha256)
            throw new InvalidDataException($"{path}: does not match its SHA-256; its bytes have changed since it was written");
    }

    internal static void Create(string folder)
    {
        var entries = Files(folder)
            .Select(file => new Entry(file, new FileInfo(Path.Combine(folder, file)).Length, Hash(Path.Combine(folder, file))))
            .ToList();
        File.WriteAllBytes(Path.Combine(folder, FileName), Serialize(entries));
    }

    // Relative paths with '/' in ordinal order, so that a manifest is the same on every system.
    private static IEnumerable<string> Files(string folder) => Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
        .Where(file => file != FileName)
        .Order(StringComparer.Ordinal);

    private static string Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static List<Entry> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw Directory.Exists(folder)
                ? new InvalidDataException($"{path}: is missing, so the folder cannot be trusted")
                : new DirectoryNotFoundException($"{folder}: there is no such folder");
        var bytes = File.ReadAllBytes(path);
        List<Entry>? entries;
        try
        {
            entries = JsonSerializer.Deserialize<Manifest>(bytes, JsonFormat.Indented)?.Files;
        }
        catch (JsonException)
        {
            entries = null;
        }
        // The manifest must be written exactly as here, so that a change of any byte of it is detected, too.
        return entries is not null && entries.TrueForAll(e => e is { File: not null, Sha256: not null }) && Serialize(entries).AsSpan().SequenceEqual(bytes)
            ? entries
            : throw new InvalidDataException($"{path}: has been changed since it was written");
    }

    private static byte[] Serialize(List<Entry> entries) => JsonFormat.Serialize(new Manifest(entries));

    private sealed record Manifest(List<Entry> Files);

    private sealed record Entry(string File, long Bytes, string Sha256);
}
