using Mindwright.Tokens.Chat;

namespace Mindwright.Data.Problems;

/// <summary>A question whose answer can be graded: what reinforcement learning, rejection sampling and evaluation put to a model.</summary>
/// <param name="Kind">What it is about; results are reported by kind.</param>
/// <param name="Messages">The conversation up to where the assistant speaks; the last message is the user's.</param>
/// <param name="Answer">The right answer, in whatever form its graders read.</param>
public sealed record Problem(string Kind, IReadOnlyList<ChatMessage> Messages, string Answer)
{
    /// <summary>A problem of one question.</summary>
    public Problem(string kind, string question, string answer)
        : this(kind, [new ChatMessage(ChatRole.User, question)], answer)
    {
    }

    /// <summary>What the user asks last.</summary>
    public string Question => Messages[^1].Content;
}
