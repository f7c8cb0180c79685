using System.ComponentModel.DataAnnotations;

namespace Mindwright.Training.Recipes;

/// <summary>The vocabulary.</summary>
public sealed record TokenizerSection
{
    /// <summary>Token ids in all: 256 bytes, the learned merges, and the special tokens.</summary>
    [Range(256, 1_000_000)]
    public int Vocabulary { get; init; } = 4096;

    /// <summary>
    /// How text is cut before merges are learned: <c>qwen2</c>, <c>gpt2</c>, <c>cl100k</c>, <c>llama3</c>, <c>o200k</c>, <c>tekken</c>. The default
    /// keeps every digit apart; <c>gpt2</c> lets numbers become tokens.
    /// </summary>
    public string Pattern { get; init; } = "qwen2";
}
