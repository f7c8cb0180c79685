using System.Diagnostics;
using System.Globalization;
using Mindwright.Data;
using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Tokens.Chat;
using Mindwright.Training;
using Mindwright.Training.Pipeline;
using Mindwright.Training.Stages.Pretrain;
using Mindwright.Training.Stages.Reason;
using Mindwright.Training.Stages.Sft;

namespace Mindwright.Workbench.Pipeline;

/// <summary>A stage of the way from text to a chat that thinks.</summary>
public enum StageKind
{
    /// <summary>Predict the next token of text.</summary>
    Pretrain,

    /// <summary>Learn to converse from examples.</summary>
    Sft,

    /// <summary>Learn to think from checked answers.</summary>
    Reason,
}

/// <summary>What a stage took.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Seconds">Wall time, measuring included.</param>
public sealed record StageTime(string Stage, double Seconds);

/// <summary>What a run reached.</summary>
public sealed record RunResult
{
    /// <summary>The run's folder.</summary>
    public required string Run { get; init; }

    /// <summary>Where the text came from.</summary>
    public required string Corpus { get; init; }

    /// <summary>Wall time of all stages.</summary>
    public double Seconds => Times.Sum(t => t.Seconds);

    /// <summary>Wall time by stage.</summary>
    public IReadOnlyList<StageTime> Times { get; init; } = [];

    /// <summary>The vocabulary.</summary>
    public VocabularyResult? Tokenizer { get; init; }

    /// <summary>Pre-training.</summary>
    public PretrainResult? Pretrain { get; init; }

    /// <summary>Fine-tuning.</summary>
    public SftResult? Sft { get; init; }

    /// <summary>Reinforcement learning.</summary>
    public ReasonResult? Reason { get; init; }
}

/// <summary>What a run set out to do, so that it can go on after an interruption.</summary>
/// <param name="Stages">The stages, in order.</param>
/// <param name="From">The model folder that the first of them started from, if not the run's own.</param>
public sealed record RunPlan(IReadOnlyList<StageKind> Stages, string? From);

/// <summary>Runs stages in their order over one run folder; the quickstart is all of them.</summary>
public static class RunPipeline
{
    /// <summary>Goes on with an interrupted run: finished stages are skipped, the broken-off one goes on from its newest checkpoint.</summary>
    /// <exception cref="InvalidDataException">The folder does not say what the run set out to do.</exception>
    public static RunResult Resume(RunFolder run, IProgressSink progress, CancellationToken cancellation = default)
    {
        var plan = run.Result<RunPlan>("plan")
            ?? throw new InvalidDataException($"{run.Path} does not say which stages it set out to run; start them by 'train STAGE --output {run.Path}'");
        var recipe = Recipes.RecipeReader.Read<Recipe>(run.ResolvedPath, []);
        return Run(recipe, run, plan.Stages, progress, resume: true, plan.From, cancellation);
    }

    /// <summary>Runs stages and leaves the report.</summary>
    /// <param name="recipe">The recipe, resolved.</param>
    /// <param name="run">The run's folder.</param>
    /// <param name="stages">Which stages, in order.</param>
    /// <param name="progress">Who watches.</param>
    /// <param name="resume">Whether finished stages are skipped and a broken-off one goes on from its newest checkpoint.</param>
    /// <param name="from">A model folder that the first stage starts from instead of the run's own <c>model/</c>.</param>
    /// <param name="cancellation">Stops at the next step, with a checkpoint saved.</param>
    public static RunResult Run(
        Recipe recipe, RunFolder run, IReadOnlyList<StageKind> stages, IProgressSink progress, bool resume = false, string? from = null,
        CancellationToken cancellation = default)
    {
        run.WriteResult("plan", new RunPlan(stages, from));
        run.UpdateManifest(manifest => manifest with { Status = "running" });
        var compute = ComputeSettings.Apply(recipe.Compute);
        var times = new List<StageTime>();
        var context = new StageContext(recipe, run, progress, compute, cancellation) { Of = stages.Count + 1, Resume = resume };
        var clock = Stopwatch.StartNew();
        if (stages[0] != StageKind.Pretrain && from is null)
            StartOf(run, NameOf(stages[0]));
        progress.Message("reading the text");
        var material = Material.For(stages, recipe, cancellation);
        run.UpdateManifest(manifest =>
        {
            manifest.Hardware["device"] = compute.Device.ToString();
            manifest.Hardware["precision"] = compute.Type.ToString();
            manifest.Hardware["threads"] = compute.Threads.ToString(CultureInfo.InvariantCulture);
            return manifest with { Data = [.. material.Files.AsParallel().AsOrdered().WithCancellation(cancellation).Select(RunData.Of)] };
        });
        var (tokenizer, vocabulary) = TokenizerOf(context, stages, material, from);
        Lap("tokenizer");

        Transformer? model = null;
        try
        {
            foreach (var stage in stages)
            {
                context = context with { Number = context.Number + 1 };
                var name = NameOf(stage);
                if (resume && IsDone(run, stage))
                {
                    progress.Message($"{name} is done already");
                    continue;
                }
                if (stage == StageKind.Pretrain)
                {
                    var (trained, result) = Pretraining.Run(context, material, tokenizer.Tokenizer);
                    model = trained;
                    run.WriteResult(name, result);
                    if (stages.Contains(StageKind.Sft)) // what is not to become a chat need not have room for a question
                        OpenAnswers.Ask(context, name, model, tokenizer.Chat, material.OpenQuestions);
                }
                else
                {
                    var start = stage == stages[0] && from is not null ? from : StartOf(run, name);
                    var isAdapted = recipe.Lora.Rank > 0;
                    if (isAdapted)
                    {
                        model?.Dispose();
                        context = context with { Base = start == from ? from : Adaptation.KeepBase(run, name, resume) };
                        model = Adaptation.Load(context.Base, recipe, compute);
                    }
                    model ??= ModelFolder.Load(start, compute.Device, compute.Type);
                    if (stage == StageKind.Sft)
                        run.WriteResult(name, Finetuning.Run(context, material, tokenizer, model));
                    else
                        run.WriteResult(name, Reasoning.Run(context, tokenizer, model));
                    OpenAnswers.Ask(context, name, model, tokenizer.Chat, material.OpenQuestions);
                    if (isAdapted)
                    {
                        model.Dispose(); // it is frozen; the next stage takes the merged one from the run
                        model = null;
                    }
                }
                Lap(name);
            }
        }
        finally
        {
            model?.Dispose();
        }
        var done = new RunResult
        {
            Run = run.Path,
            Corpus = material.Source,
            Times = times,
            Tokenizer = vocabulary,
            Pretrain = run.Result<PretrainResult>("pretrain"),
            Sft = run.Result<SftResult>("sft"),
            Reason = run.Result<ReasonResult>("reason"),
        };
        run.WriteResult("run", done);
        RunReportWriter.Write(recipe, run, done, material);
        run.UpdateManifest(manifest => manifest with { Status = "done" });
        return done;

        void Lap(string stage)
        {
            times.Add(new StageTime(stage, clock.Elapsed.TotalSeconds));
            clock.Restart();
        }
    }

    /// <summary>What a user may type after a run.</summary>
    /// <param name="result">What came of it: a model that learned no conversations only goes on with text.</param>
    /// <param name="run">The run's folder.</param>
    public static IReadOnlyList<string> NextCommands(RunResult result, string run) =>
    [
        .. result.Sft is null && result.Reason is null
            ? (string[])[$"./mindwright generate {run} --prompt \"The\""]
            : [$"./mindwright chat {run}", $"./mindwright generate {run} --chat --prompt \"What is 17 × 34?\""],
        $"./mindwright runs show {run}",
    ];

    private static string NameOf(StageKind stage) => stage.ToString().ToLowerInvariant();

    // A model that comes from elsewhere brings its own vocabulary, also when a later stage goes on with what became of it.
    private static (ModelTokenizer Tokenizer, VocabularyResult? Result) TokenizerOf(
        StageContext context, IReadOnlyList<StageKind> stages, Material material, string? from)
    {
        var run = context.Run;
        if (from is null && stages[0] != StageKind.Pretrain && !Directory.Exists(run["tokenizer"]))
            from = run.ModelPath;
        if (from is not null)
            return (ModelTokenizer.Load(from), null);
        var (tokenizer, result) = Vocabulary.Run(context, material);
        return (ModelTokenizer.Own(tokenizer), result);
    }

    private static bool IsDone(RunFolder run, StageKind stage) => stage switch
    {
        StageKind.Pretrain => run.Result<PretrainResult>("pretrain") is not null,
        StageKind.Sft => run.Result<SftResult>("sft") is not null,
        _ => run.Result<ReasonResult>("reason") is not null,
    };

    private static string StartOf(RunFolder run, string stage) =>
        Directory.Exists(run.ModelPath)
            ? run.ModelPath
            : throw new DirectoryNotFoundException($"{run.Path} has no model/ for {stage} to start from; run 'train pretrain' on it first, or name a model by --from");
}
