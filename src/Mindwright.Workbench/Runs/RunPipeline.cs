using System.Diagnostics;
using System.Globalization;
using Mindwright.Model;
using Mindwright.Runs;
using Mindwright.Runs.Recipes;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Compute;
using Mindwright.Training.Loop;
using Mindwright.Training.Recipes;
using Mindwright.Training.Stages;
using Mindwright.Training.Text;

namespace Mindwright.Workbench.Runs;

/// <summary>What a run set out to do, so that it can go on after an interruption.</summary>
/// <param name="Stages">The stages by name, in order.</param>
/// <param name="From">The model folder that the first of them started from, if not the run's own.</param>
internal sealed record RunPlan(IReadOnlyList<string> Stages, string? From);

/// <summary>Runs stages in their order over one run folder.</summary>
public static class RunPipeline
{
    private const string PlanResult = "plan";
    private const string TokenizerName = "tokenizer";

    /// <summary>Goes on with an interrupted run: finished stages are skipped, the broken-off one goes on from its newest checkpoint.</summary>
    /// <exception cref="InvalidDataException">The folder does not say what the run set out to do.</exception>
    public static RunResult Resume(RunFolder run, IProgressSink progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        var plan = run.Result<RunPlan>(PlanResult)
            ?? throw new InvalidDataException($"{run.Path} does not say which stages it set out to run; start them by 'train STAGE --output {run.Path}'");
        var recipe = RecipeReader.Read<Recipe>(run.ResolvedPath, []);
        return Run(recipe, run, plan.Stages, progress, resume: true, plan.From, cancellation: cancellation);
    }

    /// <summary>Runs stages and leaves the report. The run's status is kept true: done, interrupted, or failed with the message.</summary>
    /// <param name="recipe">The recipe, resolved.</param>
    /// <param name="run">The run's folder; null on ranks other than 0, which share the file system and are told by rank 0.</param>
    /// <param name="stages">Which stages, in order, by name.</param>
    /// <param name="progress">Receives progress.</param>
    /// <param name="resume">Whether finished stages are skipped and a broken-off one goes on from its newest checkpoint.</param>
    /// <param name="from">A model folder that the first stage starts from instead of the run's own <c>model/</c>.</param>
    /// <param name="collective">The processes that train together; this one alone if null.</param>
    /// <param name="cancellation">Stops at the next step, with a checkpoint saved.</param>
    public static RunResult Run(
        Recipe recipe, RunFolder? run, IReadOnlyList<string> stages, IProgressSink progress, bool resume = false, string? from = null,
        ICollective? collective = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(stages);
        ArgumentOutOfRangeException.ThrowIfZero(stages.Count);
        IStageDefinition[] definitions = [.. stages.Select(StageList.Find)];
        run?.WriteResult(PlanResult, new RunPlan(stages, from));
        return RunTracking.Track(run, () =>
        {
            var compute = ComputeSettings.Apply(recipe.Compute);
            Describe(run, compute);
            var context = new RunContext(recipe, run, progress, compute, resume, collective, cancellation);
            return new Work(context, definitions, from).Run();
        });
    }

    private static void Describe(RunFolder? run, ComputeSettings compute) => run?.UpdateManifest(manifest =>
    {
        manifest.Hardware["device"] = compute.Device.ToString();
        manifest.Hardware["precision"] = compute.Type.ToString();
        manifest.Hardware["threads"] = compute.Threads.ToString(CultureInfo.InvariantCulture);
        return manifest;
    });

    /// <summary>One run of the stages.</summary>
    private sealed class Work(RunContext context, IReadOnlyList<IStageDefinition> stages, string? from)
    {
        private readonly RunFolder? _run = context.Run;
        private readonly string _path = context.Collective.Share(() => context.Run?.Path ?? throw new InvalidOperationException("rank 0 needs a run folder"));
        private readonly List<StageTime> _times = [];
        private readonly Stopwatch _clock = Stopwatch.StartNew();

        private string ModelPath => Path.Combine(_path, "model");

        public RunResult Run()
        {
            if (stages[0].Start == StageStart.Model && from is null)
                CheckStart(stages[0].Name);
            var tokenizer = TokenizerOf();
            Lap(TokenizerName);
            Transformer? model = null;
            try
            {
                foreach (var (i, stage) in stages.Index())
                {
                    if (context.Resume && context.Collective.Share(() => _run!.Result(stage.Name, stage.Result) is not null))
                    {
                        context.Progress.Message($"{stage.Name} is done already");
                        continue;
                    }
                    model = RunStage(stage, i, tokenizer, model);
                    Lap(stage.Name);
                }
            }
            finally
            {
                model?.Dispose();
            }
            return Finish();
        }

        private Transformer? RunStage(IStageDefinition stage, int place, ModelTokenizer tokenizer, Transformer? model)
        {
            var recipe = context.Recipe;
            string? adapterBase = null;
            var isAdapted = stage.Start == StageStart.Model && recipe.Lora.Rank > 0;
            if (stage.Start == StageStart.Model)
            {
                var start = place == 0 && from is not null ? from : CheckStart(stage.Name);
                if (isAdapted)
                {
                    model?.Dispose();
                    adapterBase = start == from ? from : context.Collective.Share(() => Adaptation.KeepBase(_run!, stage.Name, context.Resume));
                    model = Adaptation.Load(adapterBase, recipe, context.Compute);
                }
                model ??= ModelFolder.Load(start, context.Compute.Device, context.Compute.Type);
            }
            var own = new StageContext(context, stage, place + 2, stages.Count + 1) { Tokenizer = tokenizer, Model = model, AdapterBase = adapterBase };
            var result = stage.Run(own);
            model = own.Model ?? throw new InvalidOperationException($"the stage {stage.Name} left no model");
            _run?.WriteResult(stage.Name, result);
            // What is not to become a chat need not have room for a question.
            if (_run is not null && recipe.Questions.Count > 0 && stages.Any(s => s.TeachesConversation))
                OpenAnswers.Ask(_run, stage.Name, model, tokenizer.Chat, [.. recipe.Questions.Select(question => question.Text)], context.Cancellation);
            context.Collective.Barrier(); // the next stage looks for the model that rank 0 wrote
            if (!isAdapted)
                return model;
            model.Dispose(); // it is frozen; the next stage takes the merged one from the run
            return null;
        }

        private RunResult Finish()
        {
            var results = new Dictionary<string, object>();
            if (_run is null)
                return new RunResult { Run = _path, Sources = [], Times = _times, Tokenizer = null, Stages = results };
            foreach (var stage in StageList.All)
                if (_run.Result(stage.Name, stage.Result) is { } result)
                    results[stage.Name] = result;
            var done = new RunResult
            {
                Run = _path,
                Sources = _run.Manifest.Sources,
                Times = _times,
                Tokenizer = _run.Result<VocabularyResult>(TokenizerName),
                Stages = results,
            };
            _run.WriteResult("run", done);
            RunReportWriter.Write(context.Recipe, _run, done);
            return done;
        }

        // A model that comes from elsewhere brings its own vocabulary, also when a later stage goes on with what became of it.
        private ModelTokenizer TokenizerOf()
        {
            var folder = Path.Combine(_path, TokenizerName);
            if (from is not null)
                return ModelTokenizer.Load(from);
            if (stages[0].Start == StageStart.Model)
                return Directory.Exists(folder) ? ModelTokenizer.Own(Tokens.Tokenizer.Load(folder)) : ModelTokenizer.Load(ModelPath);
            if (_run is not null && (!Directory.Exists(folder) || _run.Result<VocabularyResult>(TokenizerName) is null))
            {
                context.Progress.StageStarted(new StageInfo(TokenizerName, 1, stages.Count + 1, 0));
                var result = Vocabulary.Learn(context.Recipe, context.Text, folder, context.Cancellation);
                _run.WriteResult(TokenizerName, result);
                var figures = new Dictionary<string, double> { ["vocabulary"] = result.Vocabulary, ["bytes_per_token"] = result.BytesPerToken };
                if (result.Gpt2BytesPerToken is { } gpt2)
                    figures["gpt2_bytes_per_token"] = gpt2;
                context.Progress.StageFinished(TokenizerName, figures);
            }
            context.Collective.Barrier();
            return ModelTokenizer.Own(Tokens.Tokenizer.Load(folder));
        }

        private string CheckStart(string stage) => Directory.Exists(ModelPath) ? ModelPath : throw new DirectoryNotFoundException(
            $"{_path} has no model/ for {stage} to start from; run 'train {StageList.All[0].Name}' on it first, or name a model by --from");

        private void Lap(string stage)
        {
            _times.Add(new StageTime(stage, _clock.Elapsed.TotalSeconds));
            _clock.Restart();
        }
    }
}
