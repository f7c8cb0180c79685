using Mindwright.Inference.Files;

namespace Mindwright.Workbench.Benchmarks;

/// <summary>A model and a batch whose training speed is compared, here and with other programs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="Width">Channels.</param>
/// <param name="Context">Tokens of a row.</param>
/// <param name="Vocabulary">Token ids.</param>
/// <param name="Batch">Rows of a step.</param>
public sealed record SpeedPreset(string Name, int Layers, int Heads, int Width, int Context, int Vocabulary, int Batch)
{
    /// <summary>The presets: nanoGPT's character models for a CPU and for a GPU, GPT-2, and the model of <c>quickstart</c>.</summary>
    public static IReadOnlyList<SpeedPreset> All { get; } =
    [
        new("nanogpt-small", 4, 4, 128, 64, 65, 12),
        new("nanogpt-big", 6, 6, 384, 256, 65, 16),
        new("gpt2-124m", 12, 12, 768, 64, 50257, 4),
        new("quickstart", 4, 3, 192, 256, 4096, 8),
    ];

    /// <summary>Tokens of a step.</summary>
    public int Tokens => Batch * Context;

    /// <summary>
    /// The model: the layout that Mindwright trains by default. Its feed-forward layer has three matrices of 8/3 of the width (rounded up to
    /// 16), as many weights as GPT-2's two of four times the width.
    /// </summary>
    public ModelConfig ToConfig() => new()
    {
        Architecture = Architecture.Qwen3,
        VocabularySize = Vocabulary,
        HiddenSize = Width,
        IntermediateSize = (8 * Width / 3 + 15) / 16 * 16,
        Layers = Layers,
        Heads = Heads,
        KeyValueHeads = Heads,
        HeadSize = Width / Heads,
        ContextLength = Context,
        TiedEmbeddings = true,
    };
}
