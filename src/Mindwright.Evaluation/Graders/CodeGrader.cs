using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>1 if a program with its tests succeeds in a sandbox, else 0.</summary>
/// <remarks>
/// A program that fails or does not end in time is wrong. A sandbox that cannot be started, or that cannot even run an empty program, has
/// failed. A program that ends itself with exit code 0 before its tests passes: the exit code is all that a sandbox tells.
/// </remarks>
/// <param name="sandbox">Where it runs.</param>
/// <param name="program">Makes the program of an answer; by default the answer's code, followed by the expected answer as its tests.</param>
internal sealed class CodeGrader(Sandbox sandbox, Func<string, string>? program = null) : IGrader
{
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);

    public static GraderDefinition Definition { get; } = new(
        "code",
        section => new CodeGrader(new Sandbox(section.Command, section.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeLimit)))
    {
        Required = [nameof(GraderSection.Command)],
        Keys = [nameof(GraderSection.TimeoutSeconds)],
    };

    /// <inheritdoc/>
    public string Name => "code";

    /// <inheritdoc/>
    /// <exception cref="IOException">The sandbox does not work.</exception>
    public async ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default) => Grade.Of(await sandbox.RunAsync(
        program?.Invoke(answer.Text) ?? $"{Unfenced(answer.Text)}\n{problem.Answer}\n", cancellation).ConfigureAwait(false));

    /// <summary>The code of an answer: what stands in its first fence, or all of it where there is none.</summary>
    internal static string Unfenced(string answer)
    {
        var start = answer.IndexOf("```", StringComparison.Ordinal);
        if (start < 0)
            return answer.Replace("\r\n", "\n", StringComparison.Ordinal);
        var from = answer.IndexOf('\n', start) + 1;
        var to = answer.IndexOf("```", Math.Max(from, start + 3), StringComparison.Ordinal);
        return from == 0 ? "" : answer[from..(to < 0 ? answer.Length : to)];
    }
}
