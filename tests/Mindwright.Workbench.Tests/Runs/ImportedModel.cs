using Mindwright.Inference.Files;
using Mindwright.Model;
using Mindwright.Tokens;

namespace Mindwright.Workbench.Tests.Runs;

/// <summary>Folders of small models as others publish them, with a tokenizer and a chat template of their own.</summary>
internal static class ImportedModel
{
    public const string Llama3 =
        "{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

    public const string ChatMl =
        "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    /// <summary>Writes a model with random weights into a folder, and returns that.</summary>
    public static string Write(string folder, Architecture architecture, string? template, string end)
    {
        var tokenizer = BpeTrainer.Train(
            Enumerable.Range(0, 200).Select(i => $"What is {i} and {i % 7}? The answer is {i + i % 7}, my friend. User: Assistant:"),
            new BpeTrainingOptions { VocabularySize = 285, SpecialTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"] });
        using var model = new Transformer(
            new ModelConfig
            {
                Architecture = architecture,
                VocabularySize = tokenizer.VocabularySize,
                HiddenSize = 32,
                IntermediateSize = 48,
                Layers = 2,
                Heads = 4,
                KeyValueHeads = architecture == Architecture.Gpt2 ? 4 : 2,
                HeadSize = 8,
                ContextLength = 128,
                TiedEmbeddings = architecture != Architecture.Llama,
                EndOfText = [tokenizer.SpecialTokens["<|endoftext|>"], .. end == "<|endoftext|>" ? Array.Empty<int>() : [tokenizer.SpecialTokens[end]]],
            },
            trainable: false);
        Initialization.Randomize(model, 1);
        // As large as a trained model's: adapters cannot make frozen embeddings say more than they can.
        foreach (var part in model.Weights.Parts.Where(p => p.Kind == ParameterKind.Embedding))
            part.View(model.Weights.Values).mul_(15);
        ModelFolder.Save(folder, model);
        tokenizer.Save(folder, template);
        return folder;
    }
}
