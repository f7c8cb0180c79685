using System.Text.RegularExpressions;
using CsCheck;
using Mindwright.Evaluation.Tasks;
using Mindwright.Inference;
using Mindwright.Testing;

namespace Mindwright.Evaluation.Tests.Tasks;

public sealed class ContinuationTests
{
    private static readonly Func<int[], float[]> Noise = tokens => FunctionModel.Noise(tokens, 258);

    [Theory]
    [InlineData("The sky is", " blue", 4)] // <start> The| sky| is| blue
    [InlineData("The sky is ", "blue", 4)] // the trailing space is part of the token " blue"
    [InlineData("The sk", "y is", 2)] // "The| sky" departs from "The| sk" at the second word, which is rated as a whole
    [InlineData("", "The", 1)]
    public void A_continuation_begins_where_the_joint_encoding_departs_from_the_context_alone(string context, string continuation, int start)
    {
        var model = Words();
        var request = model.After(context, continuation);
        Assert.Equal(model.EncodeFromStart(context + continuation), request.Tokens);
        Assert.Equal(start, request.Start);
    }

    [Fact]
    public void A_rated_part_is_never_empty_and_ends_the_sequence() =>
        Gen.Select(Gen.String[Gen.Char["ab "], 0, 8], Gen.String[Gen.Char["ab "], 1, 8]).Sample((context, continuation) =>
        {
            var request = Words().After(context, continuation);
            Assert.InRange(request.Start, 1, request.Tokens.Length - 1);
        });

    [Fact]
    public void An_empty_continuation_is_refused() =>
        Assert.Throws<ArgumentException>(() => Words().After("context", ""));

    [Fact]
    public void The_chain_rule_holds()
    {
        // log p(b c | a) = log p(b | a) + log p(c | a b)
        var model = FunctionModel.OverBytes(Noise);
        Gen.Select(Gen.String[Gen.Char["xyz"], 0, 5], Gen.String[Gen.Char["xyz"], 1, 5], Gen.String[Gen.Char["xyz"], 1, 5]).Sample((a, b, c) =>
        {
            var scores = model.Score([
                model.After(a, b + c), model.After(a, b), model.After(a + b, c),
            ]);
            Assert.Equal(scores[0].LogProb, scores[1].LogProb + scores[2].LogProb, 1e-4);
            Assert.Equal(scores[0].IsGreedy, scores[1].IsGreedy && scores[2].IsGreedy);
            Assert.Equal(b.Length + c.Length, scores[0].Tokens);
        }, iter: 30);
    }

    [Fact]
    public void What_is_too_long_loses_its_beginning()
    {
        var model = FunctionModel.OverBytes(Noise, contextLength: 8);
        var full = model.After("abcdefghij", "klm");
        var kept = new ContinuationRequest(full.Tokens[^8..], 5);
        var scores = model.Score([full, kept]);
        Assert.Equal(scores[1], scores[0]);
        Assert.Equal(3, scores[0].Tokens);
    }

    [Fact]
    public void On_stories260K_sums_are_those_of_the_plain_double_precision_forward_pass()
    {
        var oracle = ReferenceLlama.Load(TestData.PathOrSkip("formats/stories260K.bin"));
        var tokenizer = Llama2cTokenizer.Load(TestData.PathOrSkip("formats/tok512.bin"));
        using var lm = new FunctionModel(oracle.VocabularySize, oracle.ContextLength, tokens => [.. oracle.LogProbs(tokens)[^1].Select(x => (float)x)]);
        var model = new TextModel
        {
            Model = lm,
            Encode = text => tokenizer.Encode(text, bos: false),
            Decode = ids => tokenizer.Decode(ids),
            Hash = "stories260K",
            Start = Llama2cTokenizer.Bos,
        };
        foreach (var (context, continuation) in new[]
        {
            ("Once upon a time, there was a little girl", " named Lily."), ("One day, she saw a big,", " red ball"), ("He was very", " sad and purple"),
        })
        {
            var (alone, joint) = (tokenizer.Encode(context, bos: true), tokenizer.Encode(context + continuation, bos: true));
            var expected = oracle.Score(joint)[(alone.Length - 1)..];
            var score = model.Score([model.After(context, continuation)])[0];
            Assert.Equal(expected.Length, score.Tokens);
            Assert.Equal(expected.Sum(), score.LogProb, 1e-3);
        }
    }

    /// <summary>Tokens are words with the space before them.</summary>
    private static TextModel Words()
    {
        var ids = new Dictionary<string, int>();
        return new()
        {
            Model = new FunctionModel(1000, 100, tokens => FunctionModel.Noise(tokens, 1000)),
            Encode = text => [.. Regex.Matches(text, " ?\\w+| ").Select(match =>
            {
                ids.TryAdd(match.Value, ids.Count + 1);
                return ids[match.Value];
            })],
            Decode = _ => "",
            Hash = "words",
            Start = 0,
        };
    }
}
