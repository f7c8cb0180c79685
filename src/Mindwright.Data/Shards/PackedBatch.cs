namespace Mindwright.Data;

/// <summary>Rows of tokens for training, all arrays [rows, length], row after row.</summary>
/// <remarks>
/// Every part of a document in a row is a segment. A segment's first input is the boundary token (or, where a long document was cut, the token
/// before the cut), and its last target is the last token of the part. So each token of a document is a target exactly once, and none is
/// predicted from another document if attention stays within segments.
/// </remarks>
public sealed class PackedBatch
{
    /// <summary>The target where there is nothing to predict; PyTorch's <c>ignore_index</c>.</summary>
    public const int Ignore = -100;

    internal PackedBatch(int rows, int length, int boundaryToken)
    {
        (Rows, Length) = (rows, length);
        Inputs = new int[rows * length];
        Targets = new int[rows * length];
        Segments = new int[rows * length];
        Sources = new int[rows];
        Inputs.AsSpan().Fill(boundaryToken);
        Targets.AsSpan().Fill(Ignore);
        Segments.AsSpan().Fill(-1);
    }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Positions of a row.</summary>
    public int Length { get; }

    /// <summary>The model's input, token ids [rows, length].</summary>
    public int[] Inputs { get; }

    /// <summary>The tokens to predict, [rows, length]; <see cref="Ignore"/> at padding.</summary>
    public int[] Targets { get; }

    /// <summary>The segment, 0, 1, … within its row, [rows, length]; −1 at padding.</summary>
    public int[] Segments { get; }

    /// <summary>For each row the index of its source; −1 where the whole row is padding.</summary>
    public int[] Sources { get; }

    /// <summary>Number of targets: all positions but padding.</summary>
    public int Tokens { get; internal set; }

    /// <summary>The loader's position after this batch; a loader that resumes there returns the next one.</summary>
    public BatchCursor Cursor { get; internal set; } = null!;
}
