using System.Globalization;
using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>
/// Several graders as one: Σ weight · score. The parts are each grader's score by its name, numbered where a name comes again, and its own
/// parts behind a dot (<c>process.style</c>). If one fails, so has the whole, with that one's message.
/// </summary>
internal sealed class WeightedGrader : IGrader, IDisposable
{
    private readonly (string Name, IGrader Grader, double Weight)[] _graders;

    /// <summary>Combines graders.</summary>
    /// <param name="graders">Each with its weight; asked in this order, the rest not where one has failed.</param>
    public WeightedGrader(IReadOnlyList<(IGrader Grader, double Weight)> graders)
    {
        ArgumentNullException.ThrowIfNull(graders);
        var times = new Dictionary<string, int>();
        _graders = [.. graders.Select(item => (Numbered(item.Grader.Name), GraderList.Guard(item.Grader), item.Weight))];
        Name = string.Join('+', _graders.Select(item => item.Name));

        string Numbered(string name)
        {
            var number = times[name] = times.GetValueOrDefault(name) + 1;
            return number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default)
    {
        var score = 0.0;
        var parts = new Dictionary<string, double>();
        foreach (var (name, grader, weight) in _graders)
        {
            var grade = await grader.GradeAsync(problem, answer, cancellation).ConfigureAwait(false);
            if (grade.IsFailed)
                return Grade.Failed($"{name}: {grade.Message}");
            score += weight * grade.Score;
            parts[name] = grade.Score;
            foreach (var (part, value) in grade.Parts)
                parts[$"{name}.{part}"] = value;
        }
        return new Grade(score, parts);
    }

    /// <summary>Disposes of those graders that hold something.</summary>
    public void Dispose()
    {
        foreach (var (_, grader, _) in _graders)
            (grader as IDisposable)?.Dispose();
    }
}
