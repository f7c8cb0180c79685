using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mindwright.Cli.Common;
using Mindwright.Runs.Files;
using Mindwright.Tokens;

namespace Mindwright.Cli.Commands;

/// <summary><c>tokenizer</c>: learn a vocabulary, and turn text into ids and back.</summary>
internal static class TokenizerCommand
{
    public static Command Create() => new("tokenizer", "Learn a vocabulary; encode, decode and inspect with any.")
    {
        Train(),
        Encode(),
        Decode(),
        Inspect(),
    };

    private static Option<string> TokenizerOption() => new("--tokenizer", "-t")
    {
        Description = "A tokenizer.json, .tiktoken, SentencePiece .model or vocab.json file, or a folder that holds one.",
        Required = true,
    };

    private static Option<bool> JsonlOption(string lines) => new("--jsonl") { Description = lines };

    private static Command Train()
    {
        var files = new Argument<string[]>("files") { Description = "UTF-8 text files.", Arity = ArgumentArity.OneOrMore };
        var size = new Option<int>("--vocabulary", "-n") { Description = "Number of ids: 256 bytes, merges and special tokens together.", DefaultValueFactory = _ => 4096 };
        var pattern = new Option<string>("--pattern") { Description = "How text is cut first: qwen2, gpt2, cl100k, llama3, o200k or tekken.", DefaultValueFactory = _ => "qwen2" };
        var special = new Option<string[]>("--special") { Description = "A special token; may be given again.", DefaultValueFactory = _ => ["<|endoftext|>"] };
        var threads = new Option<int>("--threads") { Description = "Threads; 0 takes one a processor." };
        var folder = CommonOptions.RequiredOutput("The folder to write tokenizer.json and tokenizer_config.json to.");
        return new Command("train", "Learn a byte-level BPE vocabulary from text files.") { files, size, pattern, special, threads, folder }.Does((parse, output, cancellation) =>
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var options = new BpeTrainingOptions
            {
                VocabularySize = parse.GetValue(size),
                Pattern = parse.GetValue(pattern)!,
                SpecialTokens = parse.GetValue(special)!,
                Threads = parse.GetValue(threads),
            };
            Tokenizer tokenizer;
            try
            {
                tokenizer = BpeTrainer.TrainOnFiles(parse.GetValue(files)!, options, cancellation);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                throw new UsageException(e.Message);
            }
            tokenizer.Save(parse.GetValue(folder)!);
            var seconds = clock.Elapsed.TotalSeconds;
            output.Line(string.Create(CultureInfo.InvariantCulture, $"{tokenizer.VocabularySize} tokens in {seconds:F1} s → {parse.GetValue(folder)}"));
            output.Document(new { tokenizer.VocabularySize, Seconds = seconds, Folder = parse.GetValue(folder) });
        });
    }

    private static Command Encode()
    {
        var tokenizer = TokenizerOption();
        var jsonl = JsonlOption("Read {\"text\": …} lines and write {\"ids\": […]} lines.");
        var special = new Option<bool>("--special") { Description = "Recognise the tokenizer's special tokens in the text." };
        return new Command("encode", "Turn standard input into ids.") { tokenizer, jsonl, special }.Does((parse, output, cancellation) =>
        {
            var loaded = Tokenizer.Load(parse.GetValue(tokenizer)!);
            int[] Ids(string text) => parse.GetValue(special) ? loaded.Encode(text, loaded.AllowAll) : loaded.Encode(text);
            var input = Input.Open();
            if (!parse.GetValue(jsonl))
            {
                var ids = Ids(input.ReadToEnd());
                output.Line(string.Join(' ', ids));
                output.Document(new { Ids = ids });
                return;
            }
            var lines = Lines(input, "text", JsonValueKind.String, output, text => new { ids = Ids(text.GetString()!) }, cancellation);
            output.Document(lines);
        });
    }

    private static Command Decode()
    {
        var tokenizer = TokenizerOption();
        var jsonl = JsonlOption("Read {\"ids\": […]} lines and write {\"text\": …} lines.");
        return new Command("decode", "Turn ids from standard input into text.") { tokenizer, jsonl }.Does((parse, output, cancellation) =>
        {
            var loaded = Tokenizer.Load(parse.GetValue(tokenizer)!);
            string Text(IEnumerable<int> ids)
            {
                try
                {
                    return loaded.Decode([.. ids]);
                }
                catch (ArgumentOutOfRangeException e)
                {
                    throw new InvalidDataException(UsageException.TextOf(e), e);
                }
            }
            var input = Input.Open();
            if (!parse.GetValue(jsonl))
            {
                var words = input.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                var text = Text(words.Select(w => int.TryParse(w, CultureInfo.InvariantCulture, out var id) ? id : throw new InvalidDataException($"'{w}' is no token id")));
                output.Text.Write(text);
                output.Document(new { Text = text });
                return;
            }
            var lines = Lines(input, "ids", JsonValueKind.Array, output, ids => new { text = Text(ids.EnumerateArray().Select(Id)) }, cancellation);
            output.Document(lines);
        });
    }

    private static Command Inspect()
    {
        var tokenizer = TokenizerOption();
        var text = new Option<string>("--text") { Description = "A text file to measure bytes a token and tokens a word on." };
        var against = new Option<string[]>("--against") { Description = "Another tokenizer to measure on the same text; may be given again." };
        var most = new Option<int>("--most") { Description = "How many merges and long tokens to list.", DefaultValueFactory = _ => 20 };
        return new Command("inspect", "Say what a vocabulary is like: merges, longest tokens, scripts, fertility.") { tokenizer, text, against, most }.Does((parse, output, _) =>
        {
            var others = parse.GetValue(against) ?? [];
            if (parse.GetValue(most) < 0)
                throw new UsageException("--most takes a number of 0 or more");
            if (others.Length > 0 && parse.GetValue(text) is null)
                throw new UsageException("--against compares on a text: name one with --text");
            var sample = parse.GetValue(text) is { } file ? File.ReadAllBytes(file) : null;
            var report = TokenizerReport.Of(Tokenizer.Load(parse.GetValue(tokenizer)!), sample, parse.GetValue(most));
            output.Line($"{report.VocabularySize.ToString(CultureInfo.InvariantCulture)} ids, {report.SpecialTokens.ToString(CultureInfo.InvariantCulture)} of them special; pattern {report.Pattern ?? "none"}");
            output.Line("first merges:   " + string.Join("  ", report.Merges.Select(m => $"{Quoted(m.Left)}+{Quoted(m.Right)}")));
            output.Line("longest tokens: " + string.Join("  ", report.LongestTokens.Select(Quoted)));
            output.Line("by script:      " + string.Join(", ", report.TokensByScript.OrderByDescending(s => s.Value).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value}"))));
            Say("on the text:    ", report.Fertility);
            var compared = others.Distinct().ToDictionary(other => other, other => Fertility.Of(Tokenizer.Load(other), sample!));
            foreach (var (other, fertility) in compared)
                Say(other + ": ", fertility);
            output.Document(new
            {
                report.VocabularySize,
                report.SpecialTokens,
                report.Pattern,
                report.Merges,
                report.LongestTokens,
                report.TokensByScript,
                report.Fertility,
                Against = compared,
            });

            void Say(string name, Fertility? fertility)
            {
                if (fertility is not null)
                    output.Line(string.Create(CultureInfo.InvariantCulture, $"{name}{fertility.BytesPerToken:F2} bytes a token, {fertility.TokensPerWord:F2} tokens a word, {fertility.TokensUsed} tokens used"));
            }
        });
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, JsonFormat.Indented);

    private static int Id(JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var id)
        ? id
        : throw new InvalidDataException($"'{element}' is no token id");

    /// <summary>Turns JSON lines into JSON lines; with <c>--json</c> they are gathered instead.</summary>
    private static List<T> Lines<T>(TextReader input, string key, JsonValueKind kind, Output output, Func<JsonElement, T> convert, CancellationToken cancellation)
    {
        var all = new List<T>();
        for (var number = 1; input.ReadLine() is { } line; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            T result;
            try
            {
                using var document = JsonDocument.Parse(line);
                if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(key, out var value) || value.ValueKind != kind)
                    throw new InvalidDataException($"a line is an object with a \"{key}\" that is {(kind == JsonValueKind.String ? "text" : "a list of ids")}");
                result = convert(value);
            }
            catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or FormatException)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"standard input, line {number}: {e.Message}"), e);
            }
            output.Line(JsonSerializer.Serialize(result, JsonFormat.Line));
            if (output.Json)
                all.Add(result);
        }
        return all;
    }
}
