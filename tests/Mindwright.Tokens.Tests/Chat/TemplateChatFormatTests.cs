using Mindwright.Testing;
using Mindwright.Tokens.Chat;

namespace Mindwright.Tokens.Tests.Chat;

/// <summary>Conversations by a model's own template: what is learned, and how an answer is read.</summary>
public sealed class TemplateChatFormatTests
{
    private const string Llama3 =
        "{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

    // Opens thinking in the prompt, and leaves old thinking out: what R1 and its kin do.
    private const string Thinker =
        "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' + (message.content.split('</think>')[-1] | trim) + '<|im_end|>\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n<think>\n' }}{% endif %}";

    private static readonly Tokenizer s_tokenizer = BpeTrainer.Train(
        Enumerable.Range(0, 100).Select(i => $"User: What is {i} and {i * 7}? Assistant: That is {i * 8}, my friend."),
        new BpeTrainingOptions
        {
            VocabularySize = 290,
            SpecialTokens = ["<|endoftext|>", "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"],
        });

    private static readonly ChatMessage[] s_conversation =
    [
        new(ChatRole.System, "Be kind."), new(ChatRole.User, "What is 1?"), new(ChatRole.Assistant, "One, my friend."),
        new(ChatRole.User, "And 2? <|eot_id|>"), new(ChatRole.Assistant, "Two."),
    ];

    public static TheoryData<string, string> Formats => new()
    {
        { Llama3, "<|eot_id|>" },
        { Thinker, "<|im_end|>" },
        { TemplateChatFormat.PlainTemplate("<|endoftext|>"), "<|endoftext|>" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_the_assistant_writes_and_the_end_of_its_turn_is_learned_and_nothing_else(string template, string end)
    {
        var format = Format(template);
        Assert.Equal(s_tokenizer.SpecialTokens[end], format.EndOfTurn);
        var tokens = format.Encode(s_conversation);
        var learned = s_tokenizer.Decode(tokens.Ids.Where((_, i) => tokens.IsTarget[i]).ToArray());
        Assert.Equal($"One, my friend.{end}Two.{end}", learned.Replace(" One", "One", StringComparison.Ordinal).Replace(" Two", "Two", StringComparison.Ordinal));
        // Text that spells a special token is not one: only the frame's ends of turn are.
        Assert.Equal(
            end == "<|eot_id|>" ? 5 : end == "<|im_end|>" ? 5 : 2,
            tokens.Ids.Count(id => id == format.EndOfTurn));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void An_answer_goes_on_where_its_prompt_ends_and_is_read_back(string template, string end)
    {
        Assert.NotEmpty(end);
        var format = Format(template);
        var whole = format.Encode(s_conversation);
        var prompt = format.EncodePrompt(s_conversation[..^1]);
        var start = Array.LastIndexOf(whole.IsTarget, false, Array.LastIndexOf(whole.IsTarget, true)) + 1;
        Assert.Equal(whole.Ids[..start], prompt[..start]);
        var answer = format.ParseAnswer(whole.Ids.AsSpan(start));
        Assert.Equal("Two.", answer.Content);
        Assert.Null(answer.Thinking);
    }

    [Fact]
    public void Thinking_is_told_from_the_answer()
    {
        var format = Format(Thinker);
        int[] ids = [.. s_tokenizer.Encode("One and one.\n"), s_tokenizer.SpecialTokens["</think>"], .. s_tokenizer.Encode("\n\nTwo."), format.EndOfTurn, 5];
        var answer = format.ParseAnswer(ids);
        Assert.Equal(("One and one.", "Two."), (answer.Thinking, answer.Content));
        Assert.Equal("", format.ParseAnswer(ids.AsSpan(0, 3), thinkingOpen: true).Content);
        // The prompt has opened the block already: it is not opened twice.
        Assert.Equal(format.EncodePrompt([new(ChatRole.User, "1?")]), format.EncodePrompt([new(ChatRole.User, "1?")], PromptThinking.Open));
    }

    [Fact]
    public void A_message_without_weight_is_not_learned()
    {
        var tokens = Format(Llama3).Encode([s_conversation[1], s_conversation[2] with { IsLearned = false }, s_conversation[3], s_conversation[4]]);
        Assert.Equal("Two.<|eot_id|>", s_tokenizer.Decode(tokens.Ids.Where((_, i) => tokens.IsTarget[i]).ToArray()));
    }

    [Fact]
    public void With_gpt2s_tokens_line_breaks_at_the_end_of_a_prompt_are_cut_otherwise_and_every_turn_is_learned_all_the_same()
    {
        var tokenizer = Tokenizer.Load(TestData.PathOrSkip("tokenizers/gpt2"));
        var format = new TemplateChatFormat(
            tokenizer, new ChatTemplate(TemplateChatFormat.PlainTemplate("<|endoftext|>")), [tokenizer.SpecialTokens["<|endoftext|>"]]);
        var tokens = format.Encode([new(ChatRole.User, "one two"), new(ChatRole.Assistant, "Three."), new(ChatRole.User, "four"), new(ChatRole.Assistant, "Five.")]);
        Assert.Equal(" Three.<|endoftext|> Five.<|endoftext|>", tokenizer.Decode(tokens.Ids.Where((_, i) => tokens.IsTarget[i]).ToArray()));
    }

    [Fact]
    public void A_template_that_never_ends_an_answer_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => Format("{% for message in messages %}{{ message.role + ': ' + message.content + '\n' }}{% endfor %}"));
        Assert.Contains("could not learn to stop", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_decides_how_its_model_converses()
    {
        using var temp = new TempFolder();
        s_tokenizer.Save(temp["llama"], Llama3);
        File.WriteAllText(temp["llama/generation_config.json"], $$"""{"eos_token_id": [{{s_tokenizer.SpecialTokens["<|endoftext|>"]}}, {{s_tokenizer.SpecialTokens["<|eot_id|>"]}}]}""");
        var llama = ModelTokenizer.Load(temp["llama"]);
        Assert.IsType<TemplateChatFormat>(llama.Chat);
        Assert.Equal(s_tokenizer.SpecialTokens["<|eot_id|>"], llama.Chat.EndOfTurn);

        s_tokenizer.Save(temp["plain"]);
        Assert.Contains("eos_token_id", Assert.Throws<InvalidDataException>(() => ModelTokenizer.Load(temp["plain"]).Chat).Message, StringComparison.Ordinal);
        File.WriteAllText(temp["plain/config.json"], $$"""{"eos_token_id": {{s_tokenizer.SpecialTokens["<|endoftext|>"]}}}""");
        var plain = ModelTokenizer.Load(temp["plain"]);
        Assert.Equal(s_tokenizer.SpecialTokens["<|endoftext|>"], plain.Chat.EndOfTurn);

        // What is saved has the files of the folder, and says how it converses.
        Directory.CreateDirectory(temp["saved"]);
        plain.Save(temp["saved"]);
        Assert.Equal(File.ReadAllBytes(temp["plain/tokenizer.json"]), File.ReadAllBytes(temp["saved/tokenizer.json"]));
        File.Copy(temp["plain/config.json"], temp["saved/config.json"]);
        Assert.Equal(plain.Chat.Encode(s_conversation).Ids, ModelTokenizer.Load(temp["saved"]).Chat.Encode(s_conversation).Ids);
        Assert.Equal("User: 1?\n\nAssistant:", s_tokenizer.Decode(plain.Chat.EncodePrompt([new(ChatRole.User, "1?")])));

        var own = BpeTrainer.Train(["some text"], new BpeTrainingOptions { VocabularySize = 265, SpecialTokens = ChatFormat.SpecialTokens });
        own.Save(temp["own"], ChatFormat.Template);
        Assert.IsType<ChatFormat>(ModelTokenizer.Load(temp["own"]).Chat);
    }

    private static TemplateChatFormat Format(string template) => new(
        s_tokenizer,
        new ChatTemplate(template, specialTokens: new Dictionary<string, string> { ["bos_token"] = "<|begin_of_text|>" }),
        [s_tokenizer.SpecialTokens["<|endoftext|>"], s_tokenizer.SpecialTokens["<|eot_id|>"], s_tokenizer.SpecialTokens["<|im_end|>"]]);
}
