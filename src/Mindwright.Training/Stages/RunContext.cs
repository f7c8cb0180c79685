using Mindwright.Data.BuiltIn;
using Mindwright.Runs;
using Mindwright.Training.Compute;
using Mindwright.Training.Loop;
using Mindwright.Training.Recipes;
using Mindwright.Training.Text;

namespace Mindwright.Training.Stages;

/// <summary>What all stages of one run share.</summary>
public sealed class RunContext
{
    private readonly Lazy<RunText> _text;
    private readonly Lazy<SdkDocs> _reference;

    /// <summary>Opens a run for its stages.</summary>
    /// <param name="recipe">The recipe, resolved.</param>
    /// <param name="run">The run's folder; null on ranks other than 0, which alone owns it.</param>
    /// <param name="progress">Receives progress.</param>
    /// <param name="compute">Where and in which type to compute.</param>
    /// <param name="resume">Whether to go on from what the run has.</param>
    /// <param name="collective">The processes that train together; this one alone if null.</param>
    /// <param name="cancellation">Stops the run at the next step, with a checkpoint saved.</param>
    public RunContext(
        Recipe recipe, RunFolder? run, IProgressSink progress, ComputeSettings compute, bool resume = false, ICollective? collective = null,
        CancellationToken cancellation = default)
    {
        (Recipe, Run, Progress, Compute, Resume, Collective, Cancellation) = (recipe, run, progress, compute, resume, collective ?? SingleProcess.Instance, cancellation);
        _reference = new Lazy<SdkDocs>(() => SdkDocs.Load(cancellation));
        _text = new Lazy<RunText>(ReadText);
    }

    /// <summary>The recipe, resolved.</summary>
    public Recipe Recipe { get; }

    /// <summary>The run's folder; null on ranks other than 0.</summary>
    public RunFolder? Run { get; }

    /// <summary>Receives progress.</summary>
    public IProgressSink Progress { get; }

    /// <summary>Where and in which type to compute.</summary>
    public ComputeSettings Compute { get; }

    /// <summary>Whether to go on from what the run has.</summary>
    public bool Resume { get; }

    /// <summary>The processes that train together.</summary>
    public ICollective Collective { get; }

    /// <summary>Stops the run at the next step, with a checkpoint saved.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The run's text, read when it is first asked for.</summary>
    public RunText Text => _text.Value;

    /// <summary>The built-in API reference, read when it is first asked for.</summary>
    internal SdkDocs Reference => _reference.Value;

    /// <summary>Notes in the manifest what went into the run.</summary>
    internal void Uses(string source, IReadOnlyList<string> files)
    {
        if (Run is null)
            return;
        RunData[] data = [.. files.AsParallel().AsOrdered().WithCancellation(Cancellation).Select(RunData.Of)];
        Run.UpdateManifest(manifest => manifest with
        {
            Sources = manifest.Sources.Contains(source) ? manifest.Sources : [.. manifest.Sources, source],
            Data = [.. manifest.Data.Where(known => data.All(file => file.Path != known.Path)), .. data],
        });
    }

    private RunText ReadText()
    {
        Progress.Message("reading the text");
        var text = RunText.Read(Recipe, () => Reference, Cancellation);
        Uses(text.Source, text.Files);
        Run?.WriteResult(TextResult, text.Summary);
        return text;
    }

    /// <summary>The run's result that holds its <see cref="TextSummary"/>.</summary>
    public const string TextResult = "text";
}
