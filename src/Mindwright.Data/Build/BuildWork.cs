using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mindwright.Runs.Files;
using Mindwright.Tokens;

namespace Mindwright.Data;

/// <summary>One run of a build, from its last checkpoint to the end.</summary>
internal sealed class BuildWork : IDisposable
{
    private readonly DataBuildOptions _options;
    private readonly Tokenizer _tokenizer;
    private readonly int _boundary;
    private readonly DocumentFilter _filter;
    private readonly string _folder;
    private readonly string _fingerprint;
    private readonly IProgress<DataBuildProgress>? _progress;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ShardWriter _writer;
    private readonly FileStream _list;
    private readonly KeptRecord _kept;
    private readonly FilterReport _report;
    private readonly long _bytesTotal;
    private int _source;
    private long _documents;
    private long _bytesRead;
    private long _charactersSinceCheckpoint;
    private TimeSpan _reported;

    public BuildWork(DataBuildOptions options, Tokenizer tokenizer, int boundary, DocumentFilter filter, IReadOnlyList<string>[] files, string folder,
        string fingerprint, IProgress<DataBuildProgress>? progress)
    {
        (_options, _tokenizer, _boundary, _filter, _folder, _fingerprint, _progress) =
            (options, tokenizer, boundary, filter, folder, fingerprint, progress);
        _bytesTotal = files.Sum(list => list.Sum(file => new FileInfo(file).Length));
        var state = BuildState.Load(folder, fingerprint);
        if (state is null)
            foreach (var stale in Directory.GetFiles(folder).Where(file => Path.GetExtension(file) is ".bin" or ".jsonl"))
                File.Delete(stale);
        (_source, _documents, _report) = (state?.Source ?? 0, state?.Documents ?? 0, state?.Report ?? new FilterReport { Quality = filter.Quality });
        _writer = new ShardWriter(folder, tokenizer.VocabularySize, options.ShardTokens, state?.Writer);
        _list = new FileStream(Path.Combine(folder, DataBuild.DocumentList), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1 << 18);
        _list.SetLength(state?.ListBytes ?? 0);
        _list.Position = _list.Length;
        _kept = new KeptRecord(folder, state?.KeptBytes ?? 0);
        _kept.Replay(filter);
    }

    public (IReadOnlyList<ShardInfo> Shards, FilterReport Report) Run(CancellationToken cancellation)
    {
        try
        {
            for (; _source < _options.Sources.Count; _source++, _documents = 0)
                RunSource(_options.Sources[_source], cancellation);
        }
        catch (InvalidDataException)
        {
            // With bad input skipped, or the file fixed, the same command resumes here.
            Checkpoint();
            throw;
        }
        catch (OperationCanceledException)
        {
            Checkpoint();
            throw new OperationCanceledException($"interrupted; progress is saved in {_folder}, and the same command resumes it", cancellation);
        }
        var shards = _writer.Complete();
        _list.Flush(flushToDisk: true);
        return (shards, _report);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _list.Dispose();
        _kept.Dispose();
    }

    private void RunSource(DataSource source, CancellationToken cancellation)
    {
        var report = _report.Source(source.Name);
        // A resumed source is read from its beginning and meets the same bad inputs again.
        report.BadInputs = 0;
        report.BadInputExamples.Clear();
        var read = source.Read with
        {
            OnBadInput = _options.SkipBadInput ? bad => Note(report, bad) : null,
            OnBytes = bytes =>
            {
                _bytesRead += bytes;
                source.Read.OnBytes?.Invoke(bytes);
            },
        };
        var documents = (source with { Read = read }).Documents(cancellation).Skip(checked((int)_documents));
        foreach (var chunk in OrderedParallel.Map(Chunks(documents), Examine, _options.Threads, cancellation))
        {
            foreach (var (examined, tokens, isHeldOut) in chunk)
                Write(source, report, examined, tokens, isHeldOut);
            if (_charactersSinceCheckpoint >= _options.CheckpointCharacters)
                Checkpoint();
            ReportProgress(source.Name);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static void Note(SourceReport report, BadInput bad)
    {
        report.BadInputs++;
        if (report.BadInputExamples.Count < 10)
            report.BadInputExamples.Add(bad);
    }

    /// <summary>Groups of documents, each large enough to be one task.</summary>
    private IEnumerable<List<Document>> Chunks(IEnumerable<Document> documents)
    {
        var chunk = new List<Document>();
        var characters = 0;
        foreach (var document in documents)
        {
            chunk.Add(document);
            characters += document.Text.Length;
            if (characters < _options.ChunkCharacters)
                continue;
            yield return chunk;
            (chunk, characters) = ([], 0);
        }
        if (chunk.Count > 0)
            yield return chunk;
    }

    /// <summary>All work that needs no other document. A duplicate is found only later, and was tokenized in vain; that costs little.</summary>
    private List<(Examined, int[], bool)> Examine(List<Document> documents)
    {
        var results = new List<(Examined, int[], bool)>(documents.Count);
        var ids = new List<int>();
        foreach (var document in documents)
        {
            var examined = _filter.Examine(document);
            var isHeldOut = false;
            ids.Clear();
            if (examined.Dropped is null)
            {
                var text = examined.Document.Text;
                var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
                var utf8 = buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer));
                _tokenizer.Encode(utf8, ids);
                isHeldOut = HeldOutDocuments.Contains(utf8, _options.HeldOut);
                ArrayPool<byte>.Shared.Return(buffer);
                ids.Add(_boundary);
            }
            results.Add((examined, [.. ids], isHeldOut));
        }
        return results;
    }

    private void Write(DataSource source, SourceReport report, Examined examined, int[] tokens, bool isHeldOut)
    {
        _documents++;
        _charactersSinceCheckpoint += examined.Original.Length;
        if (!_filter.Decide(examined, report))
            return;
        var tags = examined.Tags;
        if (isHeldOut)
        {
            tags |= 1u << _filter.Tags.Count;
            report.Tags[Manifest.HeldOutTag] = report.Tags.GetValueOrDefault(Manifest.HeldOutTag) + 1;
        }
        _writer.Add(source.Name, tokens, tags);
        _kept.Add(examined);
        report.Tokens += tokens.Length;
        JsonSerializer.Serialize(_list, new ListedDocument(
            examined.Document.Source, tokens.Length, examined.Language.Code,
            examined.Tags == 0 ? null : [.. _filter.Tags.Where((_, i) => (examined.Tags & (1u << i)) != 0)]), JsonFormat.Line);
        _list.WriteByte((byte)'\n');
    }

    private void Checkpoint()
    {
        _charactersSinceCheckpoint = 0;
        var writer = _writer.Checkpoint();
        _list.Flush(flushToDisk: true);
        new BuildState(_fingerprint, _source, _documents, writer, _list.Position, _kept.Checkpoint(), _report).Save(_folder);
    }

    private void ReportProgress(string source)
    {
        if (_progress is null || _clock.Elapsed - _reported < TimeSpan.FromSeconds(1))
            return;
        _reported = _clock.Elapsed;
        _progress.Report(new DataBuildProgress(source, _bytesRead, _bytesTotal,
            _report.Sources.Values.Sum(report => report.Read.Documents), _report.Sources.Values.Sum(report => report.Kept.Documents),
            _report.Sources.Values.Sum(report => report.Tokens), _clock.Elapsed));
    }

    /// <summary>A line of the list of documents; most have no tags, and then the key is left out.</summary>
    private sealed record ListedDocument(
        string Source, int Tokens, string Language, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Tags);
}
