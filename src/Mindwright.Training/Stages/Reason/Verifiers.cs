using Mindwright.Tokens.Chat;

namespace Mindwright.Training.Stages.Reason;

/// <summary>A reward for an answer to a problem.</summary>
/// <param name="problem">The problem, with the right answer.</param>
/// <param name="answer">The parsed answer.</param>
/// <param name="ended">Whether the model ended its turn by itself.</param>
public delegate double Verifier(Problem problem, ChatMessage answer, bool ended);

/// <summary>Rewards that need no judge: functions of an answer and of what it should be.</summary>
public static class Verifiers
{
    /// <summary>1 if an answer ended by itself, closed its thinking, and says exactly the expected text; else 0.</summary>
    /// <inheritdoc cref="Verifier"/>
    public static double ExactAnswer(Problem problem, ChatMessage answer, bool ended) =>
        ended && string.Equals(answer.Content.Trim(), problem.Answer, StringComparison.Ordinal) ? 1 : 0;
}
