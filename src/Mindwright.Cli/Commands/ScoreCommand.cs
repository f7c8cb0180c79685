using System.CommandLine;
using System.Text;
using System.Text.Json;
using Mindwright.Cli.Common;
using Mindwright.Inference;
using Mindwright.Inference.Opening;
using Mindwright.Runs.Files;

namespace Mindwright.Cli.Commands;

/// <summary><c>score</c>: rates continuations, line by line, for programs that evaluate models.</summary>
internal static class ScoreCommand
{
    private const int BatchLines = 256;

    public static Command Create(ModelBackends backends)
    {
        var model = new ModelArguments(backends);
        var jsonl = new Option<bool>("--jsonl") { Description = "Read and write JSON lines (the one format there is).", DefaultValueFactory = _ => true };
        var command = new Command(
            "score", "Rate continuations: {\"context\", \"continuation\"} lines in, {\"log_prob\" (nats), \"tokens\", \"is_greedy\"} lines out. "
                + "Every text stands behind the token that begins a document (<|endoftext|>), as in training and in eval.")
        {
            jsonl,
        };
        model.AddTo(command);
        return command.Does((parse, output, cancellation) =>
        {
            using var loaded = model.Open(parse);
            // Bytes pass through the reader unchanged; the JSON parser is the one who judges whether they are UTF-8.
            var input = new StreamReader(Console.OpenStandardInput(), Encoding.Latin1, false, 1 << 16);
            Score(loaded, input, output, cancellation);
        });
    }

    /// <summary>Scores what has arrived, up to a batch, so that a caller who waits for an answer before asking again gets it.</summary>
    internal static void Score(OpenedModel loaded, TextReader input, Output output, CancellationToken cancellation)
    {
        var scorer = new TextScorer(loaded.Model, loaded.Tokenizer);
        var all = new List<ContinuationScore>();
        var batch = new List<ContinuationRequest>();
        var number = 0;
        InvalidDataException? bad = null;
        while (bad is null)
        {
            batch.Clear();
            try
            {
                while (batch.Count < BatchLines && (batch.Count == 0 ? input.ReadLine(cancellation) : input.Peek() < 0 ? null : input.ReadLine()) is { } line)
                    batch.Add(Parse(scorer, line, ++number));
            }
            catch (InvalidDataException e)
            {
                bad = e; // told after the scores of the good lines before it
            }
            if (batch.Count == 0)
                break;
            foreach (var score in scorer.Score(batch))
            {
                output.Text.WriteLine(JsonSerializer.Serialize(score, JsonFormat.Line));
                if (output.Json)
                    all.Add(score);
            }
            output.Text.Flush();
        }
        if (bad is not null)
            throw bad;
        output.Document(new { Scores = all });
    }

    private static ContinuationRequest Parse(TextScorer scorer, string line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(Encoding.Latin1.GetBytes(line));
            return Rateable(scorer, scorer.After(Get(json, "context"), Get(json, "continuation")));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"standard input, line {number}: is no JSON in UTF-8: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"standard input, line {number}: {e.Message}", e);
        }
    }

    private static ContinuationRequest Rateable(TextScorer scorer, ContinuationRequest request)
    {
        var rated = request.Tokens.Length - request.Start;
        if (rated >= scorer.Model.ContextLength)
            throw new InvalidDataException(
                $"the continuation has {rated} tokens; the model's context holds {scorer.Model.ContextLength}, of which one at least goes before it");
        return request.Start > 0 || rated == 0 ? request : throw new InvalidDataException(
            "there is no token of context before the continuation, and the tokenizer has none that begins a text");
    }

    private static string Get(JsonDocument json, string key) =>
        json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(key, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new InvalidDataException($"has no text \"{key}\"; a line is {{\"context\": \"…\", \"continuation\": \"…\"}}");
}
