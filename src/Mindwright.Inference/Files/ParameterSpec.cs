namespace Mindwright.Inference.Files;

/// <summary>What a parameter is to an optimizer.</summary>
public enum ParameterKind
{
    /// <summary>A matrix inside a block: maps activations to activations.</summary>
    Matrix,

    /// <summary>A table with a row a token or position, or the output layer.</summary>
    Embedding,

    /// <summary>A gain or a bias.</summary>
    Vector,
}

/// <summary>
/// One leaf of the computation: a parameter as the forward pass uses it. Some hold several published tensors, stacked by
/// rows, so that one product serves them all (queries, keys and values; gate and up).
/// </summary>
/// <param name="Name">Name of the leaf.</param>
/// <param name="Shape">Its sizes: <c>[rows, columns]</c> or <c>[size]</c>.</param>
/// <param name="Kind">What it is to an optimizer.</param>
/// <param name="Parts">The published tensors that it stacks, in order.</param>
public sealed record ParameterSpec(string Name, long[] Shape, ParameterKind Kind, IReadOnlyList<ParameterPart> Parts)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>A leaf that is one published tensor under its own name.</summary>
    public static ParameterSpec Single(string name, ParameterKind kind, params long[] shape) => new(name, shape, kind, [new(name, shape[0])]);
}

/// <summary>A published tensor inside a leaf.</summary>
/// <param name="Name">Its name in a Hugging Face model folder.</param>
/// <param name="Rows">How many rows of the leaf it takes.</param>
public sealed record ParameterPart(string Name, long Rows);
