using Mindwright.Data;
using Mindwright.Model;
using Mindwright.Tokens;
using Mindwright.Training.Loop;
using Mindwright.Training.Pipeline;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>A run's text as pre-training uses it, encoded.</summary>
/// <param name="Rows">What the steps read.</param>
/// <param name="HeldOut">What only evaluations read.</param>
/// <param name="Learned">Passages out of what the steps read, by which memorising is measured.</param>
/// <param name="Unseen">Passages of the same kind out of what is held out.</param>
internal sealed record PretrainText(IRows Rows, HeldOut HeldOut, IReadOnlyList<Passage> Learned, IReadOnlyList<Passage> Unseen) : IDisposable
{
    // Half of a passage is given. Long enough that nobody guesses the other half, short enough for small contexts.
    private const int PassageTokens = 64;

    /// <summary>Encodes what a recipe wants.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="material">Its text.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="endOfText">The token before each document.</param>
    public static PretrainText Encode(Recipe recipe, Material material, Tokenizer tokenizer, int endOfText)
    {
        var section = recipe.Pretrain;
        if (material.AnswerMark is { } mark)
        {
            Passage[] Passages(IReadOnlyList<string> documents) => [.. documents.Select(document => Example(document, mark, tokenizer, endOfText))];
            var (train, heldOut) = (Passages(material.Train), Passages(material.HeldOut));
            return new PretrainText(
                new PassageRows(train, section.Row, recipe.Seed), HeldOutAnswers(heldOut, tokenizer),
                [.. train.Take(section.Passages)], [.. heldOut.Take(section.Passages)]);
        }
        var sequences = HeldOutText(material.HeldOut, tokenizer, endOfText, section.EvaluationTokens, recipe.Model.Context, recipe.Seed);
        IRows rows = material.Shards is { } folder ? new ShardRows(folder, section.Row, recipe.Seed, recipe.Data.WithoutTags) : Rows(material.Train);
        return new PretrainText(
            material.Phases.Count == 0 ? rows : new PhasedRows([.. material.Phases.Select(p => (p.Documents is { } own ? Rows(own) : rows, p.Share))], section.Steps),
            sequences,
            section.Passages == 0 ? [] : Cut(rows.At(0, Math.Min(rows.Count, section.Passages)).Inputs.Select(id => (int)id).Chunk(section.Row)), Cut(sequences.Sequences));

        TokenRows Rows(IReadOnlyList<string> documents)
        {
            var tokens = Stream(documents, tokenizer, endOfText, recipe.Seed);
            // A few sentences may be all that a phase is about: they are repeated until they fill a row.
            while (material.Phases.Count > 0 && tokens.Length is > 1 and var length && length <= section.Row)
                tokens = [.. tokens[..^1], .. tokens];
            return new TokenRows(tokens, section.Row, recipe.Seed);
        }

        Passage[] Cut(IEnumerable<int[]> texts)
        {
            var length = Math.Min(PassageTokens, section.Row);
            return [.. texts.Where(tokens => tokens.Length >= length).Take(section.Passages).Select(tokens => new Passage(tokens[..length], length / 2))];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => (Rows as IDisposable)?.Dispose();

    /// <summary>Documents in an order shuffled by the seed, as one stream, each preceded by the end-of-text token.</summary>
    internal static int[] Stream(IReadOnlyList<string> documents, Tokenizer tokenizer, int endOfText, int seed)
    {
        var shuffled = documents.ToArray();
        new Random(seed).Shuffle(shuffled);
        var encoded = new int[shuffled.Length][];
        Parallel.For(0, shuffled.Length, i => encoded[i] = tokenizer.Encode(shuffled[i]));
        var stream = new int[encoded.Sum(ids => ids.Length + 1) + 1];
        var at = 0;
        foreach (var ids in encoded)
        {
            stream[at++] = endOfText;
            ids.CopyTo(stream, at);
            at += ids.Length;
        }
        stream[at] = endOfText;
        return stream;
    }

    /// <summary>A sample of the held-out documents of about so many tokens, each behind the end-of-text token, cut to the context.</summary>
    private static HeldOut HeldOutText(IReadOnlyList<string> documents, Tokenizer tokenizer, int endOfText, int tokens, int context, int seed)
    {
        var shuffled = documents.ToArray();
        new Random(seed).Shuffle(shuffled);
        var sequences = new List<int[]>();
        long bytes = 0;
        foreach (var document in shuffled)
        {
            if (tokens < 2)
                break;
            foreach (var piece in tokenizer.Encode(document).Chunk(Math.Min(context, tokens) - 1))
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
