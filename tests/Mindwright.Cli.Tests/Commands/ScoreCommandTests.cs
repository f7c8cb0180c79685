using System.Text;
using System.Text.Json;
using Mindwright.Cli.Commands;
using Mindwright.Cli.Common;
using Mindwright.Inference;
using Mindwright.Inference.Opening;
using Mindwright.Inference.Tests;
using Mindwright.Tokens.Chat;

namespace Mindwright.Cli.Tests.Commands;

public sealed class ScoreCommandTests
{
    [Fact]
    public void Each_line_gets_its_score_in_its_order_whatever_the_batches()
    {
        var texts = Enumerable.Range(0, 600).Select(i => ($"the sky {i} ist ä", $"{i % 7} blue")).ToArray();
        var lines = Score(texts.Select(text => JsonSerializer.Serialize(new { context = text.Item1, continuation = text.Item2 })));
        using var loaded = Model();
        var scorer = new TextScorer(loaded.Model, loaded.Tokenizer);
        Assert.Equal(600, lines.Length);
        for (var i = 0; i < 600; i++)
        {
            var expected = scorer.Score([scorer.After(texts[i].Item1, texts[i].Item2)])[0];
            var score = JsonDocument.Parse(lines[i]).RootElement;
            Assert.Equal(expected.LogProb, score.GetProperty("log_prob").GetDouble(), 1e-9);
            Assert.Equal(expected.Tokens, score.GetProperty("tokens").GetInt32());
            Assert.Equal(expected.IsGreedy, score.GetProperty("is_greedy").GetBoolean());
        }
    }

    [Theory]
    [InlineData("""{"context": "a"}""", "\"continuation\"")]
    [InlineData("""{"context": 1, "continuation": "b"}""", "\"context\"")]
    [InlineData("""[1]""", "\"context\"")]
    [InlineData("""{"context": "a", """, "JSON")]
    [InlineData("", "JSON")]
    [InlineData("{\"context\": \"\xff\", \"continuation\": \"b\"}", "JSON in UTF-8")]
    public void A_bad_line_is_named_after_the_good_ones_before_it_were_answered(string line, string complaint)
    {
        var stdout = new StringWriter();
        var error = Assert.Throws<InvalidDataException>(() => Score(["""{"context": "a", "continuation": "b"}""", line], stdout));
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.Single(stdout.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("q", 64)]
    [InlineData("", 70)]
    public void A_continuation_that_fills_the_model_is_refused(string context, int length) => Assert.Contains(
        "holds 64",
        Assert.Throws<InvalidDataException>(() => Score([JsonSerializer.Serialize(new { context, continuation = new string('q', length) })])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void With_json_all_scores_are_one_document()
    {
        var stdout = new StringWriter();
        using var loaded = Model();
        ScoreCommand.Score(
            loaded, new StringReader("""{"context": "a", "continuation": "b"}"""), new Output(stdout, TextWriter.Null, json: true), default);
        Assert.Equal(1, JsonDocument.Parse(stdout.ToString()).RootElement.GetProperty("scores").GetArrayLength());
    }

    private static string[] Score(IEnumerable<string> lines, StringWriter? stdout = null)
    {
        stdout ??= new StringWriter();
        using var loaded = Model();
        // As the command reads them: bytes as characters.
        var input = new StringReader(string.Join('\n', lines.Select(line => line.Contains('\xff') ? line : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(line)))) + "\n");
        ScoreCommand.Score(loaded, input, new Output(stdout, TextWriter.Null, json: false), default);
        return stdout.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static OpenedModel Model() => new(
        "", new TableModel(SmallTokenizer.Instance.VocabularySize, 64, seed: 5), ModelTokenizer.Own(SmallTokenizer.Instance), ModelFolders.Config);
}
