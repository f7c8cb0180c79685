using System.ComponentModel.DataAnnotations;
using Mindwright.Inference.Files;

namespace Mindwright.Training.Recipes;

/// <summary>The transformer's shape.</summary>
public sealed record ModelSection : IValidatableObject
{
    // Channels of a head where the depth sets the shape.
    private const int HeadSizeByDepth = 64;

    /// <summary>
    /// One number, from which the size of the model and the options of its pre-training follow (the idea of nanochat's dial): layers, width, heads,
    /// and pre-training's batch, rates and steps. Each can still be given. 0 sets none of them.
    /// </summary>
    [Range(0, 100)]
    public int Depth { get; init; }

    /// <summary>Which published layout the model has.</summary>
    public Architecture Architecture { get; init; } = Architecture.Qwen3;

    /// <summary>Blocks.</summary>
    [Range(1, 1000)]
    public int Layers { get; init; } = 4;

    /// <summary>Channels of the residual stream.</summary>
    [Range(8, 65536)]
    public int Width { get; init; } = 256;

    /// <summary>Query heads.</summary>
    [Range(1, 1024)]
    public int Heads { get; init; } = 4;

    /// <summary>Key/value heads; divides the heads.</summary>
    [Range(1, 1024)]
    public int KeyValueHeads { get; init; } = 4;

    /// <summary>Channels of the feed-forward layer.</summary>
    [Range(8, 1_000_000)]
    public int Intermediate { get; init; } = 704;

    /// <summary>Tokens that the model can attend over.</summary>
    [Range(16, 1_000_000)]
    public int Context { get; init; } = 512;

    /// <summary>Base of the rotary embedding's wavelengths.</summary>
    [Range(10, 1e9)]
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>Whether input and output embeddings share their weights.</summary>
    public bool TiedEmbeddings { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Heads % KeyValueHeads != 0)
            yield return new ValidationResult($"heads ({Heads}) must be a multiple of key_value_heads ({KeyValueHeads})", [nameof(KeyValueHeads)]);
        if (Width % (2 * Heads) != 0)
            yield return new ValidationResult($"width ({Width}) must be a multiple of twice the heads ({Heads})", [nameof(Width)]);
    }

    /// <summary>
    /// The shape that follows from the depth. It keeps its proportions, so that a deeper model is wider, too: layers = depth, width = 64·depth,
    /// heads of 64 channels, feed-forward 8/3 of the width (Shazeer 2020), up to the next multiple of 64.
    /// </summary>
    internal ModelSection OfDepth()
    {
        var width = HeadSizeByDepth * Depth;
        var intermediate = HeadSizeByDepth * (int)Math.Ceiling(width * 8.0 / 3 / HeadSizeByDepth);
        return this with { Layers = Depth, Width = width, Heads = Depth, KeyValueHeads = Depth, Intermediate = intermediate };
    }

    /// <summary>The configuration of a model with this shape.</summary>
    public ModelConfig ToConfig(int vocabulary, int endOfText, int endOfTurn) => new()
    {
        Architecture = Architecture,
        VocabularySize = vocabulary,
        HiddenSize = Width,
        IntermediateSize = Intermediate,
        Layers = Layers,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        HeadSize = Width / Heads,
        ContextLength = Context,
        RopeTheta = RopeTheta,
        TiedEmbeddings = TiedEmbeddings,
        BeginOfText = endOfText,
        EndOfText = [endOfTurn, endOfText],
    };
}
