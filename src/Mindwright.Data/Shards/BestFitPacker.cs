using System.Numerics;

namespace Mindwright.Data;

/// <summary>A part of a document, in one row.</summary>
/// <param name="Document">The document's number in its source.</param>
/// <param name="Start">First token, counted within the document.</param>
/// <param name="Length">Tokens.</param>
internal readonly record struct Piece(long Document, int Start, int Length);

/// <summary>
/// Puts pieces of documents into rows of a fixed length: best-fit-decreasing bin packing, by which documents are cut only
/// where they are longer than a row (Ding et al. 2024, "Fewer Truncations Improve Language Modeling", arXiv:2404.10830).
/// </summary>
internal static class BestFitPacker
{
    /// <summary>Packs pieces into rows.</summary>
    /// <param name="pieces">Pieces, none longer than a row.</param>
    /// <param name="length">Tokens of a row.</param>
    /// <returns>The rows, each with its pieces; every piece is in exactly one. The result depends on the order of the pieces only.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A piece is longer than a row.</exception>
    public static List<List<Piece>> Pack(IReadOnlyList<Piece> pieces, int length)
    {
        var rows = new List<List<Piece>>();
        // Rows by the number of tokens that still fit; a bit for every such number that occurs.
        var byFree = new Stack<int>?[length + 1];
        var present = new ulong[(length >> 6) + 1];
        // A stable sort: equal lengths stay in the order given.
        foreach (var piece in pieces.OrderByDescending(piece => piece.Length))
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(piece.Length, length, nameof(pieces));
            var free = SmallestFree(present, piece.Length);
            int row;
            if (free < 0)
            {
                row = rows.Count;
                rows.Add([]);
                free = length;
            }
            else
            {
                row = byFree[free]!.Pop();
                if (byFree[free]!.Count == 0)
                    present[free >> 6] &= ~(1UL << free);
            }
            rows[row].Add(piece);
            var left = free - piece.Length;
            if (left == 0)
                continue;
            (byFree[left] ??= new Stack<int>()).Push(row);
            present[left >> 6] |= 1UL << left;
        }
        return rows;
    }

    /// <summary>The smallest free space, in tokens, of at least <paramref name="length"/>; −1 where there is none.</summary>
    private static int SmallestFree(ulong[] present, int length)
    {
        var word = length >> 6;
        var bits = present[word] & (ulong.MaxValue << length);
        while (bits == 0)
        {
            if (++word == present.Length)
                return -1;
            bits = present[word];
        }
        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }
}
