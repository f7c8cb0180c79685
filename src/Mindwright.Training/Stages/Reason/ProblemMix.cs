using Mindwright.Data.BuiltIn;
using Mindwright.Data.Problems;

namespace Mindwright.Training.Stages.Reason;

/// <summary>Problems of several sources in equal shares.</summary>
internal sealed class ProblemMix : IDisposable
{
    private readonly IReadOnlyList<IProblemSource> _sources;

    private ProblemMix(IReadOnlyList<IProblemSource> sources) => _sources = sources;

    /// <summary>How many sources there are.</summary>
    public int Count => _sources.Count;

    /// <summary>Opens the sources that a recipe names; the built-in ones where it names none.</summary>
    public static ProblemMix Open(IReadOnlyList<ProblemSourceSection> sections)
    {
        if (sections.Count == 0)
            sections = [.. Enum.GetValues<BuiltInProblems>().Select(kind => new ProblemSourceSection { BuiltIn = kind })];
        var sources = new List<IProblemSource>();
        try
        {
            foreach (var section in sections)
                sources.Add(ProblemSources.Open(section));
            return new ProblemMix(sources);
        }
        catch
        {
            sources.ForEach(source => source.Dispose());
            throw;
        }
    }

    /// <summary>Problems of all sources in equal shares, as near as can be.</summary>
    public IReadOnlyList<Problem> Draw(Split split, int count, int seed, CancellationToken cancellation) =>
        [.. _sources.SelectMany((source, i) => source.Draw(split, (count + _sources.Count - 1 - i) / _sources.Count, seed, cancellation))];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _sources)
            source.Dispose();
    }
}
