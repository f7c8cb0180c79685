using Mindwright.Data.Problems;
using Mindwright.Tokens.Chat;

namespace Mindwright.Evaluation.Graders;

/// <summary>An answer that a model gave.</summary>
/// <param name="Message">What it said, and its thinking apart from it.</param>
/// <param name="Ended">Whether the model ended its turn by itself; an answer that was cut off has not.</param>
/// <param name="Tokens">Tokens that it wrote, thinking included.</param>
public sealed record Answer(ChatMessage Message, bool Ended = true, int Tokens = 0)
{
    /// <summary>What the model said, without its thinking.</summary>
    public string Text => Message.Content;

    /// <summary>An answer that is known by its text alone.</summary>
    public static Answer Of(string text) => new(new ChatMessage(ChatRole.Assistant, text));
}

/// <summary>Judges answers to problems: shared by reinforcement learning, rejection sampling and evaluation.</summary>
/// <remarks>
/// Thread safety: graders are called from several threads at once. A grader that throws is taken to have failed
/// (<see cref="GradeOutcome.Failed"/>); it never makes an answer wrong.
/// </remarks>
public interface IGrader
{
    /// <summary>Its name in recipes, metrics and reports.</summary>
    string Name { get; }

    /// <summary>Judges one answer.</summary>
    /// <param name="problem">The problem, with the right answer.</param>
    /// <param name="answer">What the model answered.</param>
    /// <param name="cancellation">Ends the judging early.</param>
    ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default);
}
