using System.Text;
using Mindwright.Data;
using Mindwright.Data.BuiltIn;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;

namespace Mindwright.Training.Text;

/// <summary>The text of a run: what is learned, and what is only measured.</summary>
/// <param name="Source">Where it comes from, in words.</param>
/// <param name="Train">Documents to learn; none where they stand in <see cref="Dataset"/>.</param>
/// <param name="HeldOut">Documents of the same kind that are never learned; none where they stand in <see cref="Dataset"/>.</param>
public sealed record RunText(string Source, IReadOnlyList<string> Train, IReadOnlyList<string> HeldOut)
{
    /// <summary>The folder of token shards in which the documents stand instead; null for none.</summary>
    public string? Dataset { get; init; }

    /// <summary>The files that were read.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Contexts that show what the text has taught: the recipe's own, or those of a built-in text that has some.</summary>
    public IReadOnlyList<Probe> Probes { get; init; } = [];

    /// <summary>What is read when, where the recipe lays it down; empty where all is read together.</summary>
    public IReadOnlyList<TextPhase> Phases { get; init; } = [];

    /// <summary>Where documents are questions with an answer: what stands before the answer. Only the answer counts then.</summary>
    public string? AnswerMark { get; init; }

    /// <summary>All documents that are learned, in whichever phase.</summary>
    public IEnumerable<string> Learned => Train.Concat(Phases.SelectMany(phase => phase.Documents ?? []));

    /// <summary>The text in figures.</summary>
    internal TextSummary Summary => new(
        Source, Train.Count, HeldOut.Count, Train.Sum(text => (long)Encoding.UTF8.GetByteCount(text)), [.. Phases.Select(phase => new PhaseSummary(phase.Name, phase.Share))]);

    /// <summary>Reads the text that a recipe names.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="reference">The built-in API reference, read when it is needed.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FileNotFoundException">A path of the recipe, or the built-in corpus, is not there; the message gives the cure.</exception>
    /// <exception cref="InvalidDataException">A file is broken, or there is too little text.</exception>
    internal static RunText Read(Recipe recipe, Func<SdkDocs> reference, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var text = recipe.Data.Kind == TextKind.ModularAddition ? Sums(recipe)
            : BuiltFolder(recipe.Data) is { } folder ? new RunText(folder, [], []) { Dataset = folder, Files = [Path.Combine(folder, Manifest.FileName)] }
            : Documents(recipe, reference, cancellation);
        return text with
        {
            Phases = [.. recipe.Data.Phases.Select(phase => TextPhase.Read(phase, cancellation))],
            Probes = recipe.Probes.Count > 0 ? [.. recipe.Probes.Select((probe, i) => probe.ToProbe(i + 1))] : text.Probes,
        };
    }

    private static RunText Documents(Recipe recipe, Func<SdkDocs> reference, CancellationToken cancellation)
    {
        var (train, heldOut, files, names) = (new List<string>(), new List<string>(), new List<string>(), new List<string>());
        IReadOnlyList<Probe> probes = [];
        foreach (var source in recipe.Data.AllSources)
        {
            if (source.Paths.Count > 0)
            {
                AddOwn(source.Paths, recipe.Data.HeldOut, train, heldOut, cancellation);
                files.AddRange(Corpus.Files(source.Paths));
                names.AddRange(source.Paths);
            }
            else if (source.BuiltIn == BuiltInText.ApiReference)
            {
                var docs = reference();
                var distinct = new DistinctProse(); // over both sides: text that is held out is nowhere in what is learned
                IEnumerable<string> Texts(IReadOnlyList<ApiMember> members) => members.Select(distinct.Take).OfType<ApiMember>().Select(m => m.ToDocument().Text);
                train.AddRange(Texts(docs.Sample(source.Documents)));
                heldOut.AddRange(Texts(docs.HeldOut));
                files.AddRange(docs.Files);
                names.Add($"API reference of {docs.Source}");
            }
            else
            {
                var corpus = new BuiltInCorpus(source.BuiltIn!.Value, source.Documents, recipe.Seed);
                train.AddRange(corpus.Read(cancellation).Select(document => document.Text));
                probes = source.BuiltIn == BuiltInText.World ? World.Probes : probes;
            }
        }
        if (train.Count == 0)
            throw new InvalidDataException($"{string.Join(", ", names)}: no text to learn");
        if (heldOut.Count == 0)
            SplitLongest(train, heldOut, recipe.Data.HeldOut);
        return new RunText(names.Count > 0 ? string.Join(", ", names) : "built-in texts", train, heldOut) { Files = files, Probes = probes };
    }

    private static void AddOwn(IReadOnlyList<string> paths, double share, List<string> train, List<string> heldOut, CancellationToken cancellation)
    {
        var (own, ownHeldOut) = (new List<string>(), new List<string>());
        foreach (var document in Corpus.Read(paths, cancellation: cancellation))
            (HeldOutDocuments.Contains(document.Text, share) ? ownHeldOut : own).Add(document.Text);
        // One long text: the hash can't split it, whichever side it fell on.
        if (own.Count == 0)
            (own, ownHeldOut) = (ownHeldOut, []);
        if (own.Count == 0)
            throw new InvalidDataException($"{string.Join(", ", paths)}: no text to learn");
        if (ownHeldOut.Count == 0)
            SplitLongest(own, ownHeldOut, share);
        train.AddRange(own);
        heldOut.AddRange(ownHeldOut);
    }

    /// <summary>The built folder that a recipe names; null where it names text.</summary>
    /// <exception cref="RecipeException">It names both, or tags without a folder that knows them.</exception>
    private static string? BuiltFolder(DataSection section)
    {
        if (section.Paths.FirstOrDefault(IsBuilt) is not { } folder)
            return section.WithoutTags.Count == 0 ? null : throw new RecipeException("only a built folder has tags", key: "data.without_tags", cure: "name one in data.paths");
        return section.AllSources is [{ Paths.Count: 1 }]
            ? folder
            : throw new RecipeException($"{folder} is a built folder, which cannot be mixed with others", key: "data.paths", cure: "build one folder from all the sources");
    }

    private static bool IsBuilt(string path) => File.Exists(Path.Combine(path, Manifest.FileName)) && File.Exists(Path.Combine(path, DataBuild.DocumentList));

    private static RunText Sums(Recipe recipe)
    {
        var data = recipe.Data;
        var sums = ModularAddition.Sums(data.Modulus, recipe.Seed);
        var cut = (int)Math.Round(sums.Count * (1 - data.HeldOut));
        return new RunText($"sums modulo {data.Modulus}", [.. sums.Take(cut)], [.. sums.Skip(cut)]) { AnswerMark = ModularAddition.AnswerMark };
    }

    // A corpus of one or a few long texts has no documents to spare: the end of the longest is held out instead.
    private static void SplitLongest(List<string> train, List<string> heldOut, double share)
    {
        var longest = Enumerable.Range(0, train.Count).MaxBy(i => train[i].Length);
        var text = train[longest];
        var cut = text.Length - Math.Max(1, (int)(text.Length * share));
        while (cut < text.Length && !char.IsWhiteSpace(text[cut]))
            cut++;
        if (cut is 0 || cut >= text.Length)
            throw new InvalidDataException("there is too little text to hold some of it out for measuring; bring more");
        train[longest] = text[..cut];
        heldOut.Add(text[cut..]);
    }
}

/// <summary>The text of a run in figures, kept with the run.</summary>
/// <param name="Source">Where it comes from, in words.</param>
/// <param name="Documents">Documents to learn.</param>
/// <param name="HeldOutDocuments">Documents that are only measured.</param>
/// <param name="Bytes">UTF-8 bytes to learn.</param>
/// <param name="Phases">What is read when.</param>
public sealed record TextSummary(string Source, long Documents, long HeldOutDocuments, long Bytes, IReadOnlyList<PhaseSummary> Phases);

/// <summary>A phase of the text.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Share">Its share of the steps, relative to the other phases'.</param>
public sealed record PhaseSummary(string Name, double Share);
