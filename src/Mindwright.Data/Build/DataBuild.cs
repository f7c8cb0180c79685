using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mindwright.Data.BuiltIn;
using Mindwright.Runs.Files;
using Mindwright.Tokens;

namespace Mindwright.Data;

/// <summary>Builds a folder of token shards from text: read, filter, tokenize, write.</summary>
public static class DataBuild
{
    /// <summary>The report in the folder, for programs.</summary>
    public const string ReportFile = "report.json";

    /// <summary>The report in the folder, as text for people.</summary>
    public const string MarkdownFile = "report.md";

    /// <summary>The report in the folder as a page, where <see cref="DataBuildOptions.RenderPage"/> makes one.</summary>
    public const string HtmlFile = "report.html";

    /// <summary>A line for each kept document: source, tokens, language, tags; in the order of the shards.</summary>
    public const string DocumentList = "documents.jsonl";

    private static readonly string[] s_usualBoundaries = ["<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|im_end|>"];

    /// <summary>
    /// Builds the folder. Everything is written to <c>OUTPUT.partial</c>, which is renamed to the output at the end (with the tokenizer in it). An
    /// interrupted build that is started again with the same inputs and options resumes.
    /// </summary>
    /// <param name="options">What to build.</param>
    /// <param name="tokenizer">Encodes the texts; special tokens in them count as ordinary text.</param>
    /// <param name="progress">Receives progress about once a second.</param>
    /// <param name="cancellation">Interrupts the build; progress is saved.</param>
    /// <returns>The manifest of the finished folder.</returns>
    /// <exception cref="IOException">The output exists, or another process is building it.</exception>
    /// <exception cref="FileNotFoundException">An input is missing.</exception>
    /// <exception cref="ArgumentException">The options contradict each other, or the tokenizer has no token that ends a text.</exception>
    /// <exception cref="InvalidDataException">Bad input, or the filters dropped every document.</exception>
    /// <exception cref="OperationCanceledException">The build was interrupted.</exception>
    public static Manifest Run(
        DataBuildOptions options, Tokenizer tokenizer, IProgress<DataBuildProgress>? progress = null, CancellationToken cancellation = default)
    {
        var boundary = BoundaryToken(options, tokenizer);
        Check(options);
        var files = options.Sources.Select(source => Corpus.Files(source.Paths)).ToArray();
        var filter = new DocumentFilter(options.Filters, cancellation);
        var partial = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Output)) + ".partial";
        IReadOnlyList<ShardInfo> shards;
        FilterReport report;
        string tokenizerHash;
        using (Lock(partial))
        {
            AtomicFolder.Recover(partial);
            // The folder contains its tokenizer: training on the tokens needs it.
            tokenizer.Save(partial);
            tokenizerHash = Hashing.OfFile(Path.Combine(partial, TokenizerFile));
            var fingerprint = Fingerprint(options, files, filter, tokenizerHash, boundary);
            using var work = new BuildWork(options, tokenizer, boundary, filter, files, partial, fingerprint, progress);
            (shards, report) = work.Run(cancellation);
        }
        if (shards.Count == 0)
            throw new InvalidDataException(NothingLeft(partial, report));
        WriteReport(options, partial, report);
        var manifest = new Manifest
        {
            VocabularySize = tokenizer.VocabularySize,
            BytesPerToken = ShardWriter.WidthOf(tokenizer.VocabularySize),
            BoundaryToken = boundary,
            TokenizerSha256 = tokenizerHash,
            Tags = options.HeldOut > 0 ? [.. filter.Tags, Manifest.HeldOutTag] : filter.Tags,
            Sources = [.. options.Sources.Select(source => new SourceInfo(source.Name, source.Weight, source.Epochs))],
            Inputs = [.. options.Sources.SelectMany((source, i) => Inputs(source, files[i], cancellation))],
            RulesSha256 = filter.RulesSha256,
            Files = new SortedDictionary<string, string>(
                new[] { ReportFile, MarkdownFile, HtmlFile, DocumentList, TokenizerFile, "tokenizer_config.json" }.Where(name => File.Exists(Path.Combine(partial, name)))
                    .ToDictionary(name => name, name => Hashing.OfFile(Path.Combine(partial, name))),
                StringComparer.Ordinal),
            Shards = shards,
        };
        manifest.Save(partial);
        foreach (var name in new[] { BuildState.FileName, KeptRecord.FileName, LockFile })
            File.Delete(Path.Combine(partial, name));
        // Not an AtomicFolder: that one deletes its temporary folder on failure, and this one must outlive an interruption. The manifest
        // has the hashes of the files, too.
        Directory.Move(partial, options.Output);
        return manifest;
    }

    private const string LockFile = "lock";
    private const string TokenizerFile = "tokenizer.json";

    private static void Check(DataBuildOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads);
        if (options.Sources.Count == 0)
            throw new ArgumentException("a build needs at least one source", nameof(options));
        if (options.HeldOut is not (>= 0 and < 1))
            throw new ArgumentException($"the held-out share is {options.HeldOut}; it must be from 0 to below 1", nameof(options));
        if (options.Sources.GroupBy(source => source.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"two sources are called {twice.Key}", nameof(options));
        if (Directory.Exists(options.Output) || File.Exists(options.Output))
            throw new IOException($"{options.Output} exists already; remove it or choose another output");
    }

    private static int BoundaryToken(DataBuildOptions options, Tokenizer tokenizer)
    {
        foreach (var name in options.BoundaryToken is { } chosen ? [chosen] : s_usualBoundaries)
            if (tokenizer.SpecialTokens.TryGetValue(name, out var id))
                return id;
        throw new ArgumentException(
            $"the tokenizer has no {options.BoundaryToken ?? "known token that ends a text"}; name one of its added tokens: "
            + string.Join(", ", tokenizer.SpecialTokens.Keys.Order(StringComparer.Ordinal).Take(20)), nameof(options));
    }

    /// <summary>Tells whether an interrupted build was the same one. Files are compared by size and time, since hashing them would take as long as reading them.</summary>
    private static string Fingerprint(
        DataBuildOptions options, IReadOnlyList<string>[] files, DocumentFilter filter, string tokenizerHash, int boundary) => Hashing.Of(JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            filter.RulesSha256,
            Tokenizer = tokenizerHash,
            boundary,
            options.ShardTokens,
            options.HeldOut,
            Sources = options.Sources.Select((source, i) => new
            {
                source.Name,
                source.Weight,
                source.Epochs,
                source.BuiltIn,
                source.Read.TextColumn,
                source.Read.Separator,
                source.Read.MaxTextBytes,
                source.Read.MaxRecordBytes,
                Files = files[i].Select(file => new { file, new FileInfo(file).Length, new FileInfo(file).LastWriteTimeUtc.Ticks }),
            }),
        }, JsonFormat.Line));

    private static FileStream Lock(string partial)
    {
        Directory.CreateDirectory(partial);
        try
        {
            return new FileStream(Path.Combine(partial, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"{partial}: another process is building this folder", e);
        }
    }

    private static void WriteReport(DataBuildOptions options, string folder, FilterReport report)
    {
        JsonFormat.Write(Path.Combine(folder, ReportFile), report);
        File.WriteAllText(Path.Combine(folder, MarkdownFile), report.ToMarkdown());
        if (options.RenderPage is { } render)
            File.WriteAllText(Path.Combine(folder, HtmlFile), render(report));
    }

    private static IEnumerable<InputInfo> Inputs(DataSource source, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        if (source.BuiltIn is { } builtIn)
            yield return Input(source.Name, builtIn, cancellation);
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return new InputInfo(source.Name, file, new FileInfo(file).Length, Hashing.OfFile(file));
        }
    }

    /// <summary>A built-in text has no file: its documents are hashed, each followed by a NUL.</summary>
    private static InputInfo Input(string source, BuiltInCorpus builtIn, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long bytes = 0;
        foreach (var document in builtIn.Read(cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            var text = Encoding.UTF8.GetBytes(document.Text);
            hash.AppendData(text);
            hash.AppendData([0]);
            bytes += text.Length;
        }
        return new InputInfo(source, $"built-in: {JsonNamingPolicy.SnakeCaseLower.ConvertName(builtIn.Text.ToString())}", bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static string NothingLeft(string partial, FilterReport report)
    {
        Directory.Delete(partial, recursive: true);
        var reasons = report.Sources.Values.SelectMany(source => source.Dropped)
            .GroupBy(rule => rule.Key).OrderByDescending(rule => rule.Sum(tally => tally.Value.Documents)).Take(5)
            .Select(rule => string.Create(CultureInfo.InvariantCulture, $"{rule.Key} dropped {rule.Sum(tally => tally.Value.Documents)}"));
        return $"the filters dropped every document: {string.Join(", ", reasons)}; loosen the rules";
    }
}
