using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Mindwright.Runs.Files;

namespace Mindwright.Data;

/// <summary>A document with everything that was measured on it.</summary>
public sealed class Examined
{
    /// <summary>The document, repaired and masked.</summary>
    public required Document Document { get; init; }

    /// <summary>The text as it was read.</summary>
    public required string Original { get; init; }

    /// <summary>The measured signals.</summary>
    public required Signals Signals { get; init; }

    /// <summary>Its language.</summary>
    public required Language Language { get; init; }

    /// <summary>Its tags, one bit for each of <see cref="DocumentFilter.Tags"/>.</summary>
    public uint Tags { get; init; }

    /// <summary>The rule that drops it, and the value that the rule objects to; null where no rule does. Duplicates are found later, by <see cref="DocumentFilter.Decide"/>.</summary>
    public (string Rule, string Why)? Dropped { get; init; }

    internal SortedDictionary<string, long> Changes { get; init; } = new(StringComparer.Ordinal);

    internal UInt128 Hash { get; init; }

    internal byte[]? Signature { get; init; }
}

/// <summary>
/// Decides which documents are kept, and cleans them. Each document is examined by itself (<see cref="Examine"/>, on any thread): it is cleaned,
/// measured and checked against the rules. Then it is compared with the documents before it (<see cref="Decide"/>, in their order). So the
/// result does not depend on the number of threads.
/// </summary>
public sealed class DocumentFilter
{
    private readonly FilterOptions _options;
    private readonly HarmTagger _tagger;
    private readonly Decontaminator _decontaminator;
    private readonly QualityClassifier? _quality;
    private readonly uint _dropTags;
    private readonly ExactDuplicateIndex? _exact;
    private readonly NearDuplicateIndex? _near;
    private readonly SignalGroups _measured;
    private readonly DocumentNames _nearSources = new();

    /// <summary>Loads the evaluation sets and trains the quality classifier.</summary>
    /// <param name="options">The rules.</param>
    /// <param name="cancellation">Stops loading.</param>
    /// <exception cref="ArgumentException">An option is out of range, or names an unknown tag.</exception>
    /// <exception cref="FileNotFoundException">A file of evaluation texts or examples is missing.</exception>
    /// <exception cref="InvalidDataException">Such a file cannot be read, or all examples have the same label.</exception>
    public DocumentFilter(FilterOptions options, CancellationToken cancellation = default)
    {
        _options = options;
        _measured = options.Rules.Aggregate(SignalGroups.None, (all, rule) => all | SignalGroup.Of(rule.Signal));
        _tagger = new HarmTagger(options.TagTerms);
        _decontaminator = new Decontaminator(options.EvaluationWords);
        foreach (var set in options.EvaluationSets)
            _decontaminator.Add(set, cancellation);
        foreach (var tag in options.DropTags)
            _dropTags |= Tags.Index().FirstOrDefault(known => known.Item == tag) is (var bit, not null)
                ? 1u << bit
                : throw new ArgumentException($"there is no tag {tag} to drop; the tags are {string.Join(", ", Tags)}", nameof(options));
        if (options.QualityExamples.Count > 0)
        {
            var examples = LabeledTexts.Read(options.QualityExamples, cancellation);
            _quality = QualityClassifier.Train(examples);
            Quality = QualityFigures.Of(examples);
        }
        if (options.DropExactDuplicates)
            _exact = new ExactDuplicateIndex();
        if (options.NearDuplicateThreshold is { } threshold)
        {
            if (threshold is not (> 0 and <= 1))
                throw new ArgumentException($"the threshold of near duplicates is {threshold}; it must be above 0 and at most 1", nameof(options));
            _near = new NearDuplicateIndex(threshold);
        }
        RulesSha256 = Hashing.Of([.. JsonSerializer.SerializeToUtf8Bytes(options, JsonFormat.Line),
            .. HashesOf(options.EvaluationSets.SelectMany(set => set.Paths)), .. HashesOf(options.QualityExamples)]);
    }

    /// <summary>The names of the tags, lowest bit first.</summary>
    public IReadOnlyList<string> Tags => _tagger.Tags;

    /// <summary>The quality classifier's accuracy on unseen examples; null where there is no classifier.</summary>
    public QualityFigures? Quality { get; }

    /// <summary>SHA-256, hexadecimal, of everything that affects the result: options, evaluation sets, examples.</summary>
    public string RulesSha256 { get; }

    /// <summary>Cleans and measures one document, and applies the rules to it. Any number of threads may call it at once.</summary>
    /// <param name="document">The document as it was read.</param>
    public Examined Examine(Document document)
    {
        var changes = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var text = Clean(document.Text, changes);
        var signals = new Signals();
        var language = LanguageIdentifier.Identify(text);
        signals[Signal.LanguageConfidence] = language.Confidence;
        TextStatistics.Measure(text, language.Code == "en", signals, _measured);
        signals[Signal.Quality] = _quality?.Score(text) ?? double.NaN;
        var words = WordHashes.Of(text);
        var tags = _tagger.Tag(words);
        var dropped = FirstBrokenRule(text, language, signals) ?? Tagged(tags) ?? Contamination(words);
        byte[]? signature = null;
        if (dropped is null && _near is not null)
        {
            signature = new byte[MinHash.Size];
            if (!MinHash.TrySign(words, signature))
                signature = null;
        }
        return new Examined
        {
            Document = document with { Text = text },
            Original = document.Text,
            Signals = signals,
            Language = language,
            Tags = tags,
            Dropped = dropped,
            Changes = changes,
            Hash = dropped is null && _options.DropExactDuplicates ? Hash(text) : default,
            Signature = signature,
        };
    }

    /// <summary>
    /// Compares a document with those that were kept before, and adds it to the report. To be called by one thread, in the order of the
    /// documents.
    /// </summary>
    /// <param name="examined">The document, examined.</param>
    /// <param name="report">The report of its source.</param>
    /// <returns>Whether the document is kept.</returns>
    public bool Decide(Examined examined, SourceReport report)
    {
        report.Read.Add(examined.Original);
        if ((examined.Dropped ?? Duplicate(examined)) is var (rule, why))
        {
            if (!report.Dropped.TryGetValue(rule, out var tally))
                report.Dropped[rule] = tally = new Tally();
            tally.Add(examined.Original);
            report.AddExample(rule, () => new Example(examined.Document.Source, why, Excerpt.Of(examined.Document.Text, 0)));
            return false;
        }
        // Kept documents only: they are what a resumed build can restore.
        Remember(examined.Hash, examined.Signature, examined.Document.Source);
        report.Kept.Add(examined.Document.Text);
        foreach (var (change, count) in examined.Changes)
        {
            report.Changes[change] = report.Changes.GetValueOrDefault(change) + count;
            report.AddExample(change, () => new Example(examined.Document.Source, string.Create(CultureInfo.InvariantCulture, $"{count} in this document"), Excerpt.OfChange(examined, change)));
        }
        for (var tag = 0; tag < Tags.Count; tag++)
            if ((examined.Tags & (1u << tag)) != 0)
                report.Tags[Tags[tag]] = report.Tags.GetValueOrDefault(Tags[tag]) + 1;
        report.Languages[examined.Language.Code] = report.Languages.GetValueOrDefault(examined.Language.Code) + 1;
        return true;
    }

    /// <summary>Adds a kept document, of this run or of the interrupted one that it resumes, to the duplicate indexes.</summary>
    internal void Remember(UInt128 hash, ReadOnlySpan<byte> signature, string source)
    {
        _exact?.Add(hash);
        if (_near is null || signature.Length == 0)
            return;
        _near.Add(signature);
        _nearSources.Add(source);
    }

    private string Clean(string text, SortedDictionary<string, long> changes)
    {
        if (_options.RepairEncoding)
        {
            var repaired = TextRepair.Repair(text);
            if (!ReferenceEquals(repaired, text))
                changes[FilterReport.Repaired] = 1;
            text = repaired;
        }
        if (_options.DropBoilerplateLines)
        {
            (text, var removed) = BoilerplateLines.Remove(text);
            if (removed > 0)
                changes[FilterReport.BoilerplateLines] = removed;
        }
        return _options.Mask == PersonalDataKinds.None ? text : PersonalData.Mask(text, _options.Mask, kind => Count(changes, FilterReport.MaskedPrefix + PersonalData.Name(kind)));
    }

    private static void Count(SortedDictionary<string, long> counts, string key) =>
        counts[key] = counts.GetValueOrDefault(key) + 1;

    private (string, string)? FirstBrokenRule(string text, Language language, Signals signals)
    {
        if (string.IsNullOrWhiteSpace(text))
            return ("empty", "no text is left");
        if (_options.Languages.Count > 0 && !_options.Languages.Contains(language.Code))
            return ("language", language.Code);
        foreach (var rule in _options.Rules)
            if (!rule.Keeps(signals))
                return (rule.Name, string.Create(CultureInfo.InvariantCulture, $"{signals[rule.Signal]:G4}"));
        return null;
    }

    private (string, string)? Tagged(uint tags) => (tags & _dropTags) is var found and not 0
        ? ($"tag_{Tags[BitOperations.TrailingZeroCount(found)]}", "has the tag")
        : null;

    private (string, string)? Contamination(ReadOnlySpan<ulong> words) =>
        _decontaminator.Find(words) is { } set ? ($"evaluation_{set}", $"shares {_options.EvaluationWords} words") : null;

    private (string, string)? Duplicate(Examined examined)
    {
        if (_exact is not null && _exact.Contains(examined.Hash))
            return ("exact_duplicate", "seen before");
        return _near is not null && examined.Signature is { } signature && _near.Find(signature) is ( >= 0 and var other, var similarity)
            ? ("near_duplicate", string.Create(CultureInfo.InvariantCulture, $"{similarity:F2} like {_nearSources[other]}"))
            : null;
    }

    private static UInt128 Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    private static byte[] HashesOf(IEnumerable<string> paths) =>
        [.. Corpus.Files(paths).SelectMany(file => Convert.FromHexString(Hashing.OfFile(file)))];
}
