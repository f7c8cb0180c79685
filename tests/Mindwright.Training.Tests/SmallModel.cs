using Mindwright.Inference.Files;
using Mindwright.Model;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;
using static TorchSharp.torch;

namespace Mindwright.Training.Tests;

/// <summary>A transformer and a tokenizer small enough to train in a test.</summary>
internal static class SmallModel
{
    public static Tokenizer Tokenizer { get; } = BpeTrainer.Train(
        Enumerable.Range(0, 200).Select(i => $"What is {i} and {i * 7 % 13}? The answer to that is {i + i * 7 % 13}, my friend."),
        new BpeTrainingOptions { VocabularySize = 290, SpecialTokens = ChatFormat.SpecialTokens });

    public static ChatFormat Format { get; } = new(Tokenizer);

    public static ModelConfig Config { get; } = new()
    {
        VocabularySize = Tokenizer.VocabularySize,
        HiddenSize = 32,
        IntermediateSize = 48,
        Layers = 2,
        Heads = 2,
        KeyValueHeads = 1,
        HeadSize = 16,
        ContextLength = 96,
    };

    public static Transformer Create(ulong seed = 1, ScalarType compute = ScalarType.Float32, ModelHead head = ModelHead.Vocabulary)
    {
        var model = new Transformer(Config with { Head = head }, null, compute);
        Initialization.Randomize(model, seed);
        return model;
    }
}
