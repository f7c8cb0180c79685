using System.Globalization;

namespace Mindwright.Data.BuiltIn;

/// <summary>
/// All sums of two numbers modulo a third: a task small enough to be memorized, and regular enough to be generalized (Power et al. 2022,
/// "Grokking").
/// </summary>
internal static class ModularAddition
{
    /// <summary>The text before the answer.</summary>
    public const string AnswerMark = " =";

    /// <summary>The modulus² sums, such as <c>58 + 40 = 1</c>, in an order shuffled by the seed.</summary>
    /// <param name="modulus">At least 2.</param>
    /// <param name="seed">Determines the order.</param>
    public static IReadOnlyList<string> Sums(int modulus, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(modulus, 2);
        var sums = new string[modulus * modulus];
        for (var a = 0; a < modulus; a++)
            for (var b = 0; b < modulus; b++)
                sums[a * modulus + b] = string.Create(CultureInfo.InvariantCulture, $"{a} + {b}{AnswerMark} {(a + b) % modulus}");
        new Random(seed).Shuffle(sums);
        return sums;
    }
}
