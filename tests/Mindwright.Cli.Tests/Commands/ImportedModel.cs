using Mindwright.Model;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;

namespace Mindwright.Cli.Tests.Commands;

/// <summary>A model folder as others publish theirs: with a chat template and special tokens of its own.</summary>
internal static class ImportedModel
{
    // As in Llama 3's folders: headers of special tokens, and an end of turn that is not the end of a text.
    private const string Template =
        "{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

    private static readonly Tokenizer s_tokenizer = BpeTrainer.Train(
        Enumerable.Range(0, 100).Select(i => $"What is {i} and {i * 7}? That is {i * 8}, my friend."),
        new BpeTrainingOptions { VocabularySize = 270, SpecialTokens = ["<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"] });

    /// <summary>Writes the folder.</summary>
    /// <returns>Its tokenizer, as it is read from there.</returns>
    public static ModelTokenizer Write(string folder)
    {
        using var model = new Transformer(ModelFolders.Config with { VocabularySize = s_tokenizer.VocabularySize, ContextLength = 512 }, trainable: false);
        ModelFolder.Save(folder, model);
        s_tokenizer.Save(folder, Template);
        File.WriteAllText(
            Path.Combine(folder, "generation_config.json"), $$"""{"eos_token_id": [{{s_tokenizer.SpecialTokens["<|end_of_text|>"]}}, {{s_tokenizer.SpecialTokens["<|eot_id|>"]}}]}""");
        return ModelTokenizer.Load(folder);
    }
}
