using System.Globalization;
using System.Text;

namespace Mindwright.Data.BuiltIn;

/// <summary>A question with one right answer and a way to it.</summary>
/// <param name="Kind"><see cref="ReasoningProblems.Compare"/> or <see cref="ReasoningProblems.Multiply"/>.</param>
/// <param name="Question">What is asked, in words.</param>
/// <param name="Thinking">A worked solution, in steps that need one digit's table each.</param>
/// <param name="Answer">The right answer: a number, and nothing else.</param>
internal sealed record ReasoningProblem(string Kind, string Question, string Thinking, string Answer);

/// <summary>The side of a train/held-out split.</summary>
public enum Split
{
    /// <summary>To train on.</summary>
    Train,

    /// <summary>Never to train on, for measuring.</summary>
    HeldOut,
}

/// <summary>
/// Problems with answers that a program can check: which of two decimals is larger, and products of two-digit numbers. A fifth of
/// all operand pairs is held out, by a hash of the pair in either order.
/// </summary>
/// <remarks>
/// The worked solutions are made for a small model whose tokenizer gives every digit a token: a step looks up one table entry (a product
/// of two digits, a sum of digits, which digit is larger) and copies, and nothing is carried in the head from one step to the next.
/// </remarks>
internal static class ReasoningProblems
{
    /// <summary>Which of two decimals is larger (9.11 or 9.9).</summary>
    public const string Compare = "compare";

    /// <summary>The product of two two-digit numbers.</summary>
    public const string Multiply = "multiply";

    private const double HeldOutShare = 0.2;

    private static readonly string[] CompareWordings =
    [
        "Which is larger, {0} or {1}?", "Which number is larger: {0} or {1}?", "Which is bigger, {0} or {1}?", "Is {0} or {1} the larger number?",
        "{0} or {1}: which is larger?", "Which is greater, {0} or {1}?", "Of {0} and {1}, which is the larger one?",
    ];

    private static readonly string[] MultiplyWordings =
    [
        "What is {0} × {1}?", "What is {0} times {1}?", "Calculate {0} × {1}.", "How much is {0} × {1}?", "Multiply {0} by {1}.",
        "What is the product of {0} and {1}?", "{0} × {1} = ?",
    ];

    /// <summary>
    /// Makes <paramref name="count"/> problems. No operand pair comes twice, in either order, before all pairs of the split have come
    /// (for <see cref="Multiply"/> some 3,400 to train on and 650 held out).
    /// </summary>
    /// <param name="kind"><see cref="Compare"/> or <see cref="Multiply"/>.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed gives the same problems.</param>
    /// <param name="split">The side of the split that the operand pairs come from.</param>
    /// <exception cref="ArgumentException"><paramref name="kind"/> is none of the two.</exception>
    public static IReadOnlyList<ReasoningProblem> Generate(string kind, int count, int seed, Split split)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var random = new Random(seed);
        return kind switch
        {
            Compare => [.. ComparePairs(random, split).Take(count).Select(pair => CompareProblem(pair.A, pair.B, random))],
            Multiply => [.. MultiplyPairs(random, split).Take(count).Select(pair => MultiplyProblem(pair.A, pair.B, random))],
            _ => throw new ArgumentException($"'{kind}' is no kind of reasoning problem; there are '{Compare}' and '{Multiply}'.", nameof(kind)),
        };
    }

    /// <summary>Problems of the training side as texts to pre-train on: question, thinking, answer.</summary>
    /// <inheritdoc cref="Generate"/>
    public static IEnumerable<Document> Documents(string kind, int count, int seed) => Generate(kind, count, seed, Split.Train)
        .Select(problem => new Document($"{problem.Question}\n{problem.Thinking}\n{problem.Answer}\n", "problems"));

    /// <summary>
    /// The side of the split that a pair of operands, written as in the question, belongs to, whatever their order. Multiples of ten
    /// are always trained on: their products are steps in the solutions of other problems.
    /// </summary>
    public static Split SplitOf(string a, string b)
    {
        if (a.EndsWith('0') || b.EndsWith('0'))
            return Split.Train;
        var (first, second) = string.CompareOrdinal(a, b) <= 0 ? (a, b) : (b, a);
        return StableHash.Fraction($"{first} {second}") < HeldOutShare ? Split.HeldOut : Split.Train;
    }

    /// <summary>
    /// The worked comparison of two different positive decimals: both written to the same width, then digit by digit from the left until
    /// two differ, as in <c>09.110,09.900: 0=0,9=9,1&lt;9 so 9.9</c>.
    /// </summary>
    /// <remarks>
    /// Equal widths put what is compared always as far back, which relative positions can learn. The digits are named before their
    /// sign: with signs alone, reinforcement learning finds that always saying one of them is right half the time, and stays there.
    /// </remarks>
    public static (string Thinking, string Answer) SolveCompare(string a, string b)
    {
        var (wholeA, fractionA) = Parts(a);
        var (wholeB, fractionB) = Parts(b);
        var whole = Math.Max(Math.Max(wholeA.Length, wholeB.Length), 2);
        var fraction = Math.Max(Math.Max(fractionA.Length, fractionB.Length), 3);
        var paddedA = $"{wholeA.PadLeft(whole, '0')}.{fractionA.PadRight(fraction, '0')}";
        var paddedB = $"{wholeB.PadLeft(whole, '0')}.{fractionB.PadRight(fraction, '0')}";
        var differ = paddedA.AsSpan().CommonPrefixLength(paddedB);
        var (sign, answer) = paddedA[differ] > paddedB[differ] ? ('>', a) : ('<', b);
        var equal = string.Concat(paddedA.Take(differ).Where(char.IsAsciiDigit).Select(digit => $"{digit}={digit},"));
        return ($"{paddedA},{paddedB}: {equal}{paddedA[differ]}{sign}{paddedB[differ]} so {answer}", answer);
    }

    /// <summary>
    /// The worked product of two two-digit numbers: a line for the tens, one for the ones, one for their sum. Each goes from the right
    /// and names the carry, so that the result is the last step's digit and then the last digits of the steps before, backwards.
    /// </summary>
    /// <remarks>Every number in a step has a fixed width, for the same reason as in <see cref="SolveCompare"/>.</remarks>
    public static (string Thinking, string Answer) SolveMultiply(int a, int b)
    {
        var (tens, ones) = (a * (b / 10) * 10, a * (b % 10));
        var text = new StringBuilder();
        AppendPartial(b / 10, "0");
        AppendPartial(b % 10, "");

        text.Append(CultureInfo.InvariantCulture, $"{tens:0000}+{ones:0000}: ");
        var carry = 0;
        for (var (place, unit) = (0, 1); place < 4; place++, unit *= 10)
        {
            var (x, y) = (tens / unit % 10, ones / unit % 10);
            var sum = x + y + carry;
            text.Append(CultureInfo.InvariantCulture, $"{(place > 0 ? "," : "")}{x}+{y}+{carry}={sum:00}");
            carry = sum / 10;
        }
        var answer = Digits(a * b);
        return (text.Append(" so ").Append(answer).ToString(), answer);

        void AppendPartial(int digit, string zero)
        {
            var (low, high) = (a % 10, a / 10);
            var (first, second) = (low * digit, high * digit);
            var middle = second % 10 + first / 10;
            text.Append(CultureInfo.InvariantCulture,
                $"{a}×{digit}{zero}: {low}×{digit}={first:00},{high}×{digit}={second:00},{second % 10}+{first / 10}={middle:00},{second / 10}+{middle / 10}={second / 10 + middle / 10} so {a * digit:000}{zero}\n");
        }
    }

    private static ReasoningProblem CompareProblem(string a, string b, Random random)
    {
        var (thinking, answer) = SolveCompare(a, b);
        return new(Compare, Ask(CompareWordings, a, b, random), thinking, answer);
    }

    private static ReasoningProblem MultiplyProblem(int a, int b, Random random)
    {
        var (thinking, answer) = SolveMultiply(a, b);
        return new(Multiply, Ask(MultiplyWordings, Digits(a), Digits(b), random), thinking, answer);
    }

    private static IEnumerable<(string A, string B)> ComparePairs(Random random, Split split)
    {
        var seen = new HashSet<(string, string)>();
        while (true)
        {
            var (a, b) = DrawDecimals(random, split);
            if (seen.Add((a, b)) && seen.Add((b, a)))
                yield return (a, b);
        }
    }

    /// <summary>
    /// Two different decimals. Half of such pairs have the same whole part and fractions of different lengths: those where the decimal that
    /// is shorter to write looks smaller to whoever reads the fraction as a whole number.
    /// </summary>
    internal static (string A, string B) DrawDecimals(Random random, Split split)
    {
        while (true)
        {
            var (whole, length) = (Whole(), Length());
            var (a, b) = random.Next(4) switch
            {
                < 2 => (Decimal(whole, length), Decimal(whole, (length + random.Next(2)) % 3 + 1)),
                2 => (Decimal(whole, length), Decimal(whole, length)),
                _ => (Decimal(whole, length), Decimal(Whole(), Length())),
            };
            if (a != b && SplitOf(a, b) == split)
                return (a, b);
        }

        int Whole() => random.Next(3) > 0 ? random.Next(1, 10) : random.Next(10, 100);

        int Length() => random.Next(1, 4);

        string Decimal(int whole, int length)
        {
            var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{whole}.");
            for (var i = 1; i < length; i++)
                text.Append((char)('0' + random.Next(10)));
            return text.Append((char)('1' + random.Next(9))).ToString();
        }
    }

    /// <summary>Two numbers from 10 to 99.</summary>
    internal static (int A, int B) DrawFactors(Random random, Split split)
    {
        while (true)
        {
            var (a, b) = (random.Next(10, 100), random.Next(10, 100));
            if (SplitOf(Digits(a), Digits(b)) == split)
                return (a, b);
        }
    }

    private static IEnumerable<(int A, int B)> MultiplyPairs(Random random, Split split)
    {
        var pairs = (from a in Enumerable.Range(10, 90)
                     from b in Enumerable.Range(a, 100 - a)
                     where SplitOf(Digits(a), Digits(b)) == split
                     select (a, b)).ToArray();
        while (true)
        {
            random.Shuffle(pairs);
            foreach (var (a, b) in pairs)
                yield return random.Next(2) == 0 ? (a, b) : (b, a);
        }
    }

    private static string Ask(string[] wordings, string a, string b, Random random) =>
        string.Format(CultureInfo.InvariantCulture, wordings[random.Next(wordings.Length)], a, b);

    private static (string Whole, string Fraction) Parts(string number) =>
        number.IndexOf('.') is >= 0 and var point ? (number[..point], number[(point + 1)..]) : (number, "");

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);
}
