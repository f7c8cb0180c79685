using Mindwright.Data;
using Mindwright.Tokens;
using Mindwright.Training.Loop;
using Mindwright.Training.Recipes;
using Mindwright.Training.Text;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>A run's text as pre-training uses it, as tokens.</summary>
/// <param name="Rows">What the steps read.</param>
/// <param name="HeldOut">What only evaluations read.</param>
/// <param name="Learned">Passages out of what the steps read, by which memorization is measured.</param>
/// <param name="Unseen">Passages of the same kind out of what is held out.</param>
internal sealed record PretrainText(IRows Rows, HeldOut HeldOut, IReadOnlyList<Passage> Learned, IReadOnlyList<Passage> Unseen) : IDisposable
{
    // Half of a passage is given. Long enough that nobody guesses the other half, short enough for small contexts.
    private const int PassageTokens = 64;

    /// <summary>Encodes what a recipe wants.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="text">Its text.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="endOfText">The token before each document.</param>
    public static PretrainText Encode(Recipe recipe, RunText text, Tokenizer tokenizer, int endOfText)
    {
        var section = recipe.Stage<PretrainSection>();
        if (text.AnswerMark is { } mark)
        {
            Passage[] Passages(IReadOnlyList<string> documents) => [.. documents.Select(document => Example(document, mark, tokenizer, endOfText))];
            var (train, heldOut) = (Passages(text.Train), Passages(text.HeldOut));
            return new PretrainText(
                new PassageRows(train, section.SequenceLength, recipe.Seed), HeldOutAnswers(heldOut, tokenizer),
                [.. train.Take(section.Passages)], [.. heldOut.Take(section.Passages)]);
        }
        var dataset = text.Dataset is { } folder ? TokenDataset.Open(folder) : InMemory(text.Source, text.Train);
        var heldOutDocuments = text.Dataset is { } built
            ? DatasetHeldOut.Read(dataset, built, section.EvaluationTokens, recipe.Seed)
            : text.HeldOut.Select(document => tokenizer.Encode(document));
        var sequences = HeldOutText(Shuffled(heldOutDocuments, recipe.Seed), tokenizer, endOfText, section.EvaluationTokens, recipe.Model.Context);
        var rows = new DatasetRows(dataset, section.SequenceLength, recipe.Seed, recipe.Data.WithoutTags);
        return new PretrainText(
            text.Phases.Count == 0 ? rows : new PhasedRows([.. text.Phases.Select(p => ((IRows)(p.Documents is { } own ? RowsOf(p.Name, own) : rows), p.Share))], section.Steps),
            sequences, Cut(Documents(dataset)), Cut(sequences.Sequences));

        TokenDataset InMemory(string name, IReadOnlyList<string> documents) =>
            TokenDataset.InMemory(name, EncodeAll(documents, tokenizer), endOfText, tokenizer.VocabularySize);

        DatasetRows RowsOf(string name, IReadOnlyList<string> documents) => new(InMemory(name, documents), section.SequenceLength, recipe.Seed);

        Passage[] Cut(IEnumerable<int[]> texts)
        {
            var length = Math.Min(PassageTokens, section.SequenceLength);
            return section.Passages == 0 ? [] : [.. texts.Where(tokens => tokens.Length >= length).Take(section.Passages).Select(tokens => new Passage(tokens[..length], length / 2))];
        }

        // In an order shuffled by the seed, so that passages come from everywhere.
        IEnumerable<int[]> Documents(TokenDataset all)
        {
            var heldOut = all.Manifest.Tags.ToList().IndexOf(Manifest.HeldOutTag) is >= 0 and var bit ? 1u << bit : 0;
            return all.Sources.SelectMany(source => Shuffled(Enumerable.Range(0, (int)source.Documents), recipe.Seed)
                .Where(document => (source.Tags(document) & heldOut) == 0)
                .Select(document => (int[])[endOfText, .. source.Read(document)]));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Rows.Dispose();

    /// <summary>The ids of documents, in their order.</summary>
    internal static int[][] EncodeAll(IReadOnlyList<string> documents, Tokenizer tokenizer)
    {
        var encoded = new int[documents.Count][];
        Parallel.For(0, documents.Count, i => encoded[i] = tokenizer.Encode(documents[i]));
        return encoded;
    }

    private static T[] Shuffled<T>(IEnumerable<T> items, int seed)
    {
        var all = items.ToArray();
        new Random(seed).Shuffle(all);
        return all;
    }

    /// <summary>Documents of about so many tokens, each behind the end-of-text token, cut to the context.</summary>
    private static HeldOut HeldOutText(IEnumerable<int[]> documents, Tokenizer tokenizer, int endOfText, int tokens, int context)
    {
        var sequences = new List<int[]>();
        long bytes = 0;
        foreach (var document in documents)
        {
            if (tokens < 2)
                break;
            foreach (var piece in document.Chunk(Math.Min(context, tokens) - 1))
            {
                sequences.Add([endOfText, .. piece]);
                bytes += piece.Sum(id => tokenizer.TokenBytes(id).Length);
                tokens -= piece.Length;
                if (tokens < 2)
                    break;
            }
        }
        return new HeldOut(sequences, bytes);
    }

    /// <summary>A document whose beginning, up to a mark, is given; that it ends after the answer is asked for, too.</summary>
    private static Passage Example(string document, string mark, Tokenizer tokenizer, int endOfText)
    {
        var at = document.IndexOf(mark, StringComparison.Ordinal) + mark.Length;
        var passage = Passage.Encode(tokenizer, endOfText, document[..at], document[at..]);
        return passage with { Tokens = [.. passage.Tokens, endOfText] };
    }

    private static HeldOut HeldOutAnswers(IReadOnlyList<Passage> passages, Tokenizer tokenizer) => new(
        [.. passages.Select(p => p.Tokens)],
        passages.Sum(p => p.Tokens[p.Given..^1].Sum(id => (long)tokenizer.TokenBytes(id).Length)),
        [.. passages.Select(p => p.Given)]);
}
