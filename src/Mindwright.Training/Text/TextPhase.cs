using Mindwright.Data;
using Mindwright.Training.Recipes;

namespace Mindwright.Training.Text;

/// <summary>What is read during a part of pre-training.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Share">Its share of the steps, relative to the other phases'.</param>
/// <param name="Documents">The documents; null for the run's own text.</param>
public sealed record TextPhase(string Name, double Share, IReadOnlyList<string>? Documents)
{
    /// <summary>Reads the text that a recipe names for a phase.</summary>
    /// <exception cref="FileNotFoundException">A path is not there.</exception>
    /// <exception cref="InvalidDataException">A file is broken, or there is no text in it.</exception>
    internal static TextPhase Read(PhaseSection phase, CancellationToken cancellation)
    {
        if (phase.Paths.Count == 0 && phase.Texts.Count == 0)
            return new TextPhase(phase.Name, phase.Share, null);
        var texts = phase.Paths.Count == 0 ? [] : Corpus.Read(phase.Paths, cancellation: cancellation).Select(d => d.Text);
        string[] documents = [.. texts, .. phase.Texts];
        return documents.Length > 0
            ? new TextPhase(phase.Name, phase.Share, documents)
            : throw new InvalidDataException($"phase {phase.Name}: {string.Join(", ", phase.Paths)}: no text to learn");
    }
}
