using Mindwright.Tokens;
using Mindwright.Tokens.Chat;

namespace Mindwright.Inference.Tests;

/// <summary>A tokenizer with a few merges and all special tokens of conversations.</summary>
internal static class SmallTokenizer
{
    public static Tokenizer Instance { get; } = BpeTrainer.Train(
        ["the sky is blue, the sky of Mars is red, and the walls are blue because blue soothes. äöü 蓝 "],
        new BpeTrainingOptions { VocabularySize = 256 + 12 + ChatFormat.SpecialTokens.Count, SpecialTokens = ChatFormat.SpecialTokens });

    public static ChatFormat Format { get; } = new(Instance);

    /// <summary>Ids of text in which special tokens are recognized.</summary>
    public static int[] Ids(string text) => Instance.Encode(text, Instance.AllowAll);
}
