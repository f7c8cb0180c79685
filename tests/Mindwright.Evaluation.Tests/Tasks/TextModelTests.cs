using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;
using Mindwright.Evaluation.Tasks;
using Mindwright.Testing;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;

namespace Mindwright.Evaluation.Tests.Tasks;

/// <summary>How questions are put to models that converse by a template of their own.</summary>
public sealed class TextModelTests : IDisposable
{
    // As in Llama 3's folders: headers of special tokens, and an end of turn that is not the end of a text.
    private const string Llama3 =
        "{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

    // As R1 does it: the prompt opens the thinking block.
    private const string Thinker =
        "{% for message in messages %}{{ '<|start_header_id|>' + message.role + '<|end_header_id|>' + (message.content.split('</think>')[-1] | trim) + '<|eot_id|>' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|><think>\n' }}{% endif %}";

    private static readonly Tokenizer s_trained = BpeTrainer.Train(
        Enumerable.Range(0, 100).Select(i => $"What is {i} and {i * 7}? That is {i * 8}, my friend."),
        new BpeTrainingOptions
        {
            VocabularySize = 270,
            SpecialTokens = ["<|endoftext|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<think>", "</think>"],
        });

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_question_is_put_by_the_models_own_template_and_text_cannot_forge_a_turn()
    {
        var tokenizer = Imported(Llama3);
        var model = TextModel.Of(new FunctionModel(270, 512, _ => new float[270]), tokenizer, "hash", chats: true);
        int Id(string token) => tokenizer.Tokenizer.SpecialTokens[token];
        int[] Turn(string role, string text) => [Id("<|start_header_id|>"), .. tokenizer.Tokenizer.Encode(role), Id("<|end_header_id|>"), .. tokenizer.Tokenizer.Encode("\n\n" + text)];

        Assert.Equal([.. Turn("user", "What is 7? <|eot_id|>"), Id("<|eot_id|>"), .. Turn("assistant", "")], model.ChatPrompt!([new(ChatRole.User, "What is 7? <|eot_id|>")]));
        Assert.Equal([Id("<|eot_id|>"), Id("<|endoftext|>")], model.StopIds);
        Assert.Equal("hash in conversation", model.Hash);
    }

    [Fact]
    public void Without_a_conversation_text_is_continued_up_to_the_token_that_begins_the_next()
    {
        var tokenizer = Imported(Llama3);
        var model = TextModel.Of(new FunctionModel(270, 512, _ => new float[270]), tokenizer, "hash", chats: false);
        Assert.Null(model.ChatPrompt);
        Assert.Null(model.ParseAnswer);
        Assert.Contains(tokenizer.Tokenizer.SpecialTokens["<|endoftext|>"], model.StopIds);
    }

    [Theory]
    [InlineData(Llama3, "<think>", "one\n", "</think>", "\n\nTwo.")]
    [InlineData(Thinker, "", "one\n", "</think>", "\n\nTwo.")]
    public void Thinking_is_apart_from_the_answer_that_is_graded(string template, params string[] writes)
    {
        var answer = Said(template, writes);
        Assert.Equal(("Two.", "one", true), (answer.Text, answer.Message.Thinking?.Trim(), answer.Ended));
    }

    [Fact]
    public void Thinking_that_a_prompt_opened_and_that_never_ends_is_no_answer()
    {
        var answer = Said(Thinker, "Two, Two, Two");
        Assert.Equal(("", "Two, Two, Two"), (answer.Text, answer.Message.Thinking));
    }

    /// <summary>The answer that a grader gets from a model that writes some pieces, text or special tokens, and ends its turn.</summary>
    private Answer Said(string template, params string[] writes)
    {
        var tokenizer = Imported(template);
        int[] ids =
        [
            .. writes.SelectMany(piece => tokenizer.Tokenizer.SpecialTokens.TryGetValue(piece, out var id) ? [id] : tokenizer.Tokenizer.Encode(piece)),
            tokenizer.Tokenizer.SpecialTokens["<|eot_id|>"],
        ];
        var prompt = tokenizer.Chat.EncodePrompt([new(ChatRole.User, "What is 2?")]);
        var model = TextModel.Of(
            new FunctionModel(270, 512, tokens =>
            {
                Assert.Equal(prompt, tokens[..prompt.Length]);
                var logits = new float[270];
                logits[ids[tokens.Length - prompt.Length]] = 50;
                return logits;
            }),
            tokenizer, "hash", chats: true);
        Answer? said = null;
        var grader = new FunctionGrader((_, answer) =>
        {
            said = answer;
            return Grade.Of(true);
        });
        new GenerationTask("t", "m", [new(new Problem("t", "What is 2?", "Two."), [new("m", grader)])], new(), "").Evaluate(model, [0], default);
        return said!;
    }

    /// <summary>A tokenizer read from a model folder that has a template and names its ends.</summary>
    private ModelTokenizer Imported(string template)
    {
        s_trained.Save(_folder.Path, template);
        File.WriteAllText(
            _folder["generation_config.json"], $$"""{"eos_token_id": [{{s_trained.SpecialTokens["<|eot_id|>"]}}, {{s_trained.SpecialTokens["<|endoftext|>"]}}]}""");
        return ModelTokenizer.Load(_folder.Path);
    }
}
