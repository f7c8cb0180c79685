using Mindwright.Data.BuiltIn;

namespace Mindwright.Data;

/// <summary>
/// Which documents are held out: measured on, and not trained on. A hash of the text alone decides, so that a text is held out or not
/// wherever it occurs, and a document of a smaller share is one of a larger share, too.
/// </summary>
internal static class HeldOutDocuments
{
    /// <summary>Whether a document is held out.</summary>
    /// <param name="utf8">Its text in UTF-8.</param>
    /// <param name="share">The share of all documents that is held out, 0 to 1; 0 holds out none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1.</exception>
    public static bool Contains(ReadOnlySpan<byte> utf8, double share) => Check(share) > 0 && StableHash.Fraction(utf8) < share;

    /// <summary>Whether a document is held out.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="share">The share of all documents that is held out, 0 to 1; 0 holds out none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1.</exception>
    public static bool Contains(string text, double share) => Check(share) > 0 && StableHash.Fraction(text) < share;

    private static double Check(double share) => share is >= 0 and <= 1
        ? share
        : throw new ArgumentOutOfRangeException(nameof(share), share, "The share of held-out documents must be from 0 to 1.");
}
