using System.Text.Json;
using Mindwright.Model;
using Mindwright.Training.Loop;

namespace Mindwright.Training.Stages.Pretrain;

/// <summary>Texts that are read one after another, each for its share of the steps: a curriculum.</summary>
public sealed class PhasedRows : IRows
{
    private readonly IReadOnlyList<IRows> _phases;
    private readonly int[] _ends; // the step after each phase's last
    private int _phase; // that of the latest step

    /// <summary>Lays texts out over the steps of a run.</summary>
    /// <param name="phases">What each phase reads, and its share of the steps, relative to the others'.</param>
    /// <param name="steps">Steps of the run; should there be more, the last phase goes on.</param>
    public PhasedRows(IReadOnlyList<(IRows Rows, double Share)> phases, int steps)
    {
        _phases = [.. phases.Select(p => p.Rows)];
        var total = phases.Sum(p => p.Share);
        _ends = new int[phases.Count];
        var share = 0.0;
        for (var i = 0; i < _ends.Length; i++)
        {
            share += phases[i].Share;
            _ends[i] = (int)Math.Round(steps * share / total);
        }
    }

    /// <inheritdoc/>
    public int Count => _phases.Sum(p => p.Count);

    /// <summary>The phase that a step belongs to, from 0.</summary>
    public int PhaseOf(int step)
    {
        var phase = 0;
        while (phase < _ends.Length - 1 && step >= _ends[phase])
            phase++;
        return phase;
    }

    /// <inheritdoc/>
    public TokenBatch At(int step, int rows)
    {
        var phase = PhaseOf(step);
        _phase = phase;
        return _phases[phase].At(step - StartOf(phase), rows);
    }

    /// <inheritdoc/>
    public JsonElement? Cursor => _phases[_phase].Cursor is { } own ? JsonSerializer.SerializeToElement(new Place(_phase, own)) : null;

    /// <inheritdoc/>
    public void Seek(JsonElement cursor)
    {
        var place = cursor.Deserialize<Place>()!;
        _phase = place.Phase;
        _phases[_phase].Seek(place.Own);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var rows in _phases.Distinct())
            rows.Dispose();
    }

    /// <inheritdoc/>
    public int[] ReadBy(int steps, int rows) =>
        [.. _phases.SelectMany((phase, i) => Math.Min(steps, i == _ends.Length - 1 ? steps : _ends[i]) - StartOf(i) is > 0 and var own ? phase.ReadBy(own, rows) : [])];

    private sealed record Place(int Phase, JsonElement Own);

    private int StartOf(int phase) => phase == 0 ? 0 : _ends[phase - 1];
}
