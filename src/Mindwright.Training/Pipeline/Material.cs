using System.Text;
using Mindwright.Data;
using Mindwright.Data.BuiltIn;
using Mindwright.Evaluation.Statistics;
using Mindwright.Training.Loop;
using Mindwright.Workbench.Pipeline;

namespace Mindwright.Training.Pipeline;

/// <summary>The text of a run: what is learned, what is only measured, and what the built-in corpus knows beside its text.</summary>
/// <param name="Source">Where it comes from, in words.</param>
/// <param name="Train">Documents to learn.</param>
/// <param name="HeldOut">Documents of the same kind that are never learned.</param>
/// <param name="Docs">The built-in corpus, if it is used.</param>
public sealed record Material(string Source, IReadOnlyList<string> Train, IReadOnlyList<string> HeldOut, SdkDocs? Docs)
{
    /// <summary>Reads the text that a recipe names.</summary>
    /// <exception cref="FileNotFoundException">A path of the recipe, or the built-in corpus, is not there; the message gives the cure.</exception>
    /// <exception cref="InvalidDataException">A file is broken, or there is too little text.</exception>
    public static Material Read(Recipe recipe, CancellationToken cancellation = default)
    {
        var material = recipe.Data.Source == TextSource.ModularAddition ? Sums(recipe)
            : ShardMaterial.FolderOf(recipe.Data) is { } folder ? ShardMaterial.Read(folder, recipe)
            : Text(recipe, cancellation);
        return material with
        {
            Phases = [.. recipe.Data.Phases.Select(phase => MaterialPhase.Read(phase, cancellation))],
            Probes = recipe.Probes.Count > 0 ? [.. recipe.Probes.Select((probe, i) => probe.ToProbe(i + 1))] : material.Probes,
        };
    }

    private static Material Text(Recipe recipe, CancellationToken cancellation)
    {
        var extra = Extra(recipe);
        var probes = recipe.Data.WorldDocuments > 0 ? World.Probes : [];
        if (recipe.Data.Paths.Count == 0)
        {
            var docs = SdkDocs.Load(cancellation);
            var distinct = new DistinctProse(); // over both sides: text that is held out is nowhere in what is learned
            IEnumerable<string> Texts(IReadOnlyList<ApiMember> members) => members.Select(distinct.Take).OfType<ApiMember>().Select(m => m.ToDocument().Text);
            var learned = docs.Sample(recipe.Data.Members);
            return new Material(
                $"API reference of {docs.Source}",
                [.. Texts(learned), .. extra],
                [.. Texts(docs.HeldOut)],
                docs)
            {
                Files = docs.Files,
                LearnedMembers = learned,
                Probes = probes,
            };
        }
        var train = new List<string>();
        var heldOut = new List<string>();
        foreach (var document in Corpus.Read(recipe.Data.Paths, cancellation: cancellation))
            (StableHash.Fraction(document.Text) < recipe.Data.HeldOut ? heldOut : train).Add(document.Text);
        // One long text: the hash can't split it, whichever side it fell on.
        if (train.Count == 0)
            (train, heldOut) = (heldOut, []);
        if (train.Count == 0)
            throw new InvalidDataException($"{string.Join(", ", recipe.Data.Paths)}: no text to learn");
        if (heldOut.Count == 0)
            SplitLongest(train, heldOut, recipe.Data.HeldOut);
        return new Material(string.Join(", ", recipe.Data.Paths), [.. train, .. extra], heldOut, null) { Files = Corpus.Files(recipe.Data.Paths), Probes = probes };
    }

    /// <summary>Reads what some stages need: no text where all conversations are the user's own, or none are needed.</summary>
    /// <inheritdoc cref="Read"/>
    internal static Material For(IReadOnlyList<StageKind> stages, Recipe recipe, CancellationToken cancellation)
    {
        if (stages.Contains(StageKind.Pretrain) || (stages.Contains(StageKind.Sft) && recipe.Sft.Paths.Count == 0))
            return Read(recipe, cancellation);
        var files = stages.Contains(StageKind.Sft) ? Corpus.Files(recipe.Sft.Paths) : [];
        return new Material(files.Count > 0 ? string.Join(", ", recipe.Sft.Paths) : "problems whose answers can be checked", [], [], null) { Files = files };
    }

    /// <summary>The folder of token shards in which the documents to learn stand instead of <see cref="Train"/>; null for none.</summary>
    public string? Shards { get; init; }

    /// <summary>The files that were read.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Contexts that show what the text has taught: the recipe's own, or the world's where its sentences are mixed in.</summary>
    public IReadOnlyList<Probe> Probes { get; init; } = [];

    /// <summary>What is read when, where the recipe lays it down; empty where all is read together.</summary>
    public IReadOnlyList<MaterialPhase> Phases { get; init; } = [];

    /// <summary>Where documents are questions with an answer: what stands before the answer. Only the answer counts then.</summary>
    public string? AnswerMark { get; init; }

    /// <summary>The members of the built-in corpus whose documents are learned.</summary>
    public IReadOnlyList<ApiMember> LearnedMembers { get; init; } = [];

    /// <summary>Questions put to the model after every stage, whatever the text.</summary>
    public IReadOnlyList<string> OpenQuestions { get; init; } =
        ["Hello! Who are you?", "What colour is the sky on Mars?", "Why are walls painted blue?", "What is 17 × 34?", "Which is larger, 9.11 or 9.9?"];

    /// <summary>Example conversations: about the built-in corpus where it is used, small talk, the world, and worked problems.</summary>
    public IReadOnlyList<Conversation> Conversations(Recipe recipe)
    {
        var section = recipe.Sft;
        var counts = new ConversationCounts(Docs is null ? 0 : section.DocConversations, section.SmallTalk, section.World, section.CompareProblems, section.MultiplyProblems);
        return Data.BuiltIn.Conversations.Create(Docs?.Train ?? [], counts, recipe.Seed);
    }

    /// <summary>All documents that are learned, in whichever phase.</summary>
    public IEnumerable<string> Learned => Train.Concat(Phases.SelectMany(phase => phase.Documents ?? []));

    /// <summary>UTF-8 bytes of the text to learn.</summary>
    public long TrainBytes => Train.Sum(text => (long)Encoding.UTF8.GetByteCount(text));

    private static Material Sums(Recipe recipe)
    {
        var data = recipe.Data;
        var sums = ModularAddition.Sums(data.Modulus, recipe.Seed);
        var cut = (int)Math.Round(sums.Count * (1 - data.HeldOut));
        return new Material($"sums modulo {data.Modulus}", [.. sums.Take(cut)], [.. sums.Skip(cut)], null) { AnswerMark = ModularAddition.AnswerMark };
    }

    // A stable sample: the same members whatever the order of files, and a smaller sample is part of a larger one.
    private static IReadOnlyList<ApiMember> Sample(IReadOnlyList<ApiMember> members, int count) =>
        count == 0 || count >= members.Count ? members : [.. members.OrderBy(m => StableHash.Of(m.Id)).Take(count)];

    // World and problems are learned from the start, so that fine-tuning need not teach everything at once.
    private static IEnumerable<string> Extra(Recipe recipe)
    {
        foreach (var document in World.Documents(recipe.Data.WorldDocuments, recipe.Seed))
            yield return document.Text;
        foreach (var (kind, count) in new[] { (ReasoningProblems.Compare, recipe.Data.CompareDocuments), (ReasoningProblems.Multiply, recipe.Data.MultiplyDocuments) })
            foreach (var document in ReasoningProblems.Documents(kind, count, recipe.Seed))
                yield return document.Text;
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
