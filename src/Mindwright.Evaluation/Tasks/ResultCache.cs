using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mindwright.Runs.Files;

namespace Mindwright.Evaluation.Tasks;

/// <summary>
/// Item results of one task and one model, a JSON line each, in a file named by the hashes of both. Lines are appended batch
/// by batch, so that an interrupted evaluation resumes where it stopped; a line that a crash has truncated counts as not written.
/// </summary>
internal sealed class ResultCache : IDisposable
{
    private readonly Dictionary<int, ItemResult> _results = [];
    private readonly FileStream? _file;

    private ResultCache(FileStream? file) => _file = file;

    public IReadOnlyDictionary<int, ItemResult> Results => _results;

    public static ResultCache Open(string? folder, string model, string task, string definition)
    {
        if (folder is null)
            return new(null);
        Directory.CreateDirectory(folder);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\n{definition}")))[..16];
        var name = string.Concat(task.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
        var cache = new ResultCache(new FileStream(
            Path.Combine(folder, $"{name}-{hash}.jsonl"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
        cache.Read();
        return cache;
    }

    public void Add(IReadOnlyList<ItemResult> results)
    {
        foreach (var result in results)
        {
            _results[result.Item] = result;
            // What a grader failed at is tried again by the next run.
            if (result.Failure is null)
                _file?.Write([.. JsonSerializer.SerializeToUtf8Bytes(result, JsonFormat.Line), (byte)'\n']);
        }
        _file?.Flush();
    }

    public void Dispose() => _file?.Dispose();

    private void Read()
    {
        var bytes = new byte[_file!.Length];
        _file.ReadExactly(bytes);
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (JsonSerializer.Deserialize<ItemResult>(line, JsonFormat.Line) is { } result)
                _results[result.Item] = result;
        }
        _file.SetLength(whole);
        _file.Position = whole;
    }
}
