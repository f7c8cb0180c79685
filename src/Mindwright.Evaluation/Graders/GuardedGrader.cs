using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>Turns what goes wrong in a grader into <see cref="GradeOutcome.Failed"/>: a mistake of the grader is not the model's.</summary>
internal sealed class GuardedGrader(IGrader inner) : IGrader, IDisposable
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public async ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default)
    {
        try
        {
            var grade = await inner.GradeAsync(problem, answer, cancellation).ConfigureAwait(false);
            return grade is null ? Grade.Failed("it gave no grade")
                : grade.IsFailed || double.IsFinite(grade.Score) ? grade
                : Grade.Failed(FormattableString.Invariant($"its score is {grade.Score}"));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        // Whatever a grader throws: it may be anybody's code.
        catch (Exception e)
        {
            return Grade.Failed(e is IOException or TimeoutException or InvalidDataException ? e.Message : $"{e.GetType().Name}: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => (inner as IDisposable)?.Dispose();
}
