namespace Mindwright.Tokens;

/// <summary>How <see cref="BpeTrainer"/> learns a vocabulary.</summary>
public sealed record BpeTrainingOptions
{
    /// <summary>Number of ids that the tokenizer is to have: 256 bytes, merges and special tokens together.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>
    /// The pre-tokenization pattern, by name (<c>qwen2</c>, <c>gpt2</c>, <c>cl100k</c>, <c>llama3</c>, <c>o200k</c>, <c>tekken</c>) or by its
    /// text. The default keeps every digit apart, which helps small models with arithmetic.
    /// </summary>
    public string Pattern { get; init; } = "qwen2";

    /// <summary>Special tokens; they get the ids after the learned vocabulary, in this order.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];

    /// <summary>A pair that occurs less often than this is not merged.</summary>
    public long MinimumPairCount { get; init; } = 2;

    /// <summary>Threads that count pieces; 0 takes one a processor. The result does not depend on it.</summary>
    public int Threads { get; init; }
}
