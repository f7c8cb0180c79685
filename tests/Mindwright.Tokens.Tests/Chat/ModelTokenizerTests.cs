using Mindwright.Testing;
using Mindwright.Tokens.Chat;

namespace Mindwright.Tokens.Tests.Chat;

/// <summary>What begins and what ends a text, by folder, chat format and tokenizer.</summary>
public sealed class ModelTokenizerTests
{
    private const string Template = "{% for m in messages %}<|role|>{{ m.content }}<|eot|>{% endfor %}{% if add_generation_prompt %}<|role|>{% endif %}";

    private static readonly Tokenizer s_chat = Train(ChatFormat.SpecialTokens);
    private static readonly Tokenizer s_foreign = Train(["<s>", "</s>", "<|role|>", "<|eot|>"]);

    [Fact]
    public void Texts_of_our_own_models_end_with_a_turn_or_a_document()
    {
        var own = ModelTokenizer.Own(s_chat);
        Assert.Equal([s_chat.SpecialTokens["<|im_end|>"], s_chat.SpecialTokens["<|endoftext|>"]], own.StopIds);
        Assert.Equal(s_chat.SpecialTokens["<|endoftext|>"], own.Start);
    }

    [Fact]
    public void A_tokenizer_without_the_tokens_of_conversations_still_says_what_ends_a_text()
    {
        var tokenizer = Train(["<|endoftext|>"]);
        var own = ModelTokenizer.Own(tokenizer);
        Assert.Equal([tokenizer.SpecialTokens["<|endoftext|>"]], own.StopIds);
        Assert.Throws<InvalidDataException>(() => own.Chat);
        Assert.Equal((0, null), (ModelTokenizer.Own(Train([])).StopIds.Count, ModelTokenizer.Own(Train([])).Start));
    }

    [Fact]
    public void What_a_folder_names_comes_first_and_nothing_twice()
    {
        using var folder = new TempFolder();
        s_chat.Save(folder.Path, ChatFormat.Template);
        File.WriteAllText(folder["config.json"], $$"""{"eos_token_id": {{s_chat.SpecialTokens["<|endoftext|>"]}}}""");
        File.WriteAllText(folder["generation_config.json"], $$"""{"eos_token_id": [7, {{s_chat.SpecialTokens["<|im_end|>"]}}]}""");
        var loaded = ModelTokenizer.Load(folder.Path);
        Assert.IsType<ChatFormat>(loaded.Chat);
        Assert.Equal([7, s_chat.SpecialTokens["<|im_end|>"], s_chat.SpecialTokens["<|endoftext|>"]], loaded.StopIds);
    }

    [Fact]
    public void A_model_with_its_own_template_ends_answers_by_the_same_list()
    {
        using var folder = new TempFolder();
        s_foreign.Save(folder.Path, Template);
        File.WriteAllText(folder["generation_config.json"], $$"""{"eos_token_id": {{s_foreign.SpecialTokens["<|eot|>"]}}}""");
        File.WriteAllText(
            folder["tokenizer_config.json"],
            File.ReadAllText(folder["tokenizer_config.json"]).TrimEnd().TrimEnd('}') + """, "eos_token": "</s>"}""");
        var loaded = ModelTokenizer.Load(folder.Path);
        Assert.Equal([s_foreign.SpecialTokens["<|eot|>"], s_foreign.SpecialTokens["</s>"]], loaded.StopIds);
        Assert.Equal(loaded.StopIds, loaded.Chat.StopIds);
        Assert.Null(loaded.Start);
    }

    [Fact]
    public void What_the_tokenizer_s_file_puts_before_a_text_begins_it()
    {
        var tokenizer = Tokenizer.Load(TestData.PathOrSkip("tokenizers/hf/mistral_nemo"));
        Assert.Equal(tokenizer.SpecialTokens["<s>"], ModelTokenizer.StartOf(tokenizer));
    }

    private static Tokenizer Train(IReadOnlyList<string> special) =>
        BpeTrainer.Train(["some text"], new BpeTrainingOptions { VocabularySize = 256 + special.Count, SpecialTokens = special });
}
