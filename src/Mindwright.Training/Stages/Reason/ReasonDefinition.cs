using Mindwright.Data.BuiltIn;
using Mindwright.Evaluation.Graders;
using Mindwright.Evaluation.Statistics;
using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Runs.Report;
using Mindwright.Training.Rollouts;

namespace Mindwright.Training.Stages.Reason;

/// <summary>pass@k on unseen problems of one kind (or all), before and after reinforcement learning.</summary>
/// <param name="Kind">The kind of problem; <c>all</c> for all together.</param>
/// <param name="Pass1Before">Probability that one sampled answer is right, before.</param>
/// <param name="Pass1After">The same after.</param>
/// <param name="Pass8Before">Probability that one of eight is right, before.</param>
/// <param name="Pass8After">The same after.</param>
public sealed record PassRates(string Kind, Interval Pass1Before, Interval Pass1After, Interval Pass8Before, Interval Pass8After);

/// <summary>What reinforcement learning reached.</summary>
/// <param name="Rates">pass@k over all problems, then by kind.</param>
/// <param name="Samples">The same unseen problems, answered before and after.</param>
public sealed record ReasonResult(IReadOnlyList<PassRates> Rates, IReadOnlyList<ReasonSample> Samples);

/// <summary>A problem and an answer to it, before and after.</summary>
public sealed record ReasonSample(string Kind, string Question, string Before, bool RightBefore, string After, bool RightAfter);

/// <summary>Reinforcement learning on problems whose answers can be graded.</summary>
internal sealed class ReasonDefinition : StageDefinition<ReasonSection, ReasonResult>
{
    /// <summary>The stage's name.</summary>
    public const string StageName = "reason";

    private const int SamplesPerProblem = 8;
    private const int MostSamples = 200;

    /// <inheritdoc/>
    public override string Name => StageName;

    /// <inheritdoc/>
    public override string Title => "reinforcement learning";

    /// <inheritdoc/>
    public override string Description => "Learn to think by reinforcement learning from graded answers.";

    /// <summary>Measures, trains, and measures again on the same unseen problems.</summary>
    protected override ReasonResult Run(StageContext context, ReasonSection section)
    {
        var (recipe, model) = (context.Recipe, context.Model!);
        using var problems = ProblemMix.Open(section.Problems);
        var grader = GraderList.Open(section.Graders);
        using var owned = grader as IDisposable;
        foreach (var source in section.Problems.Where(source => source.Paths.Count > 0))
            context.Uses(string.Join(", ", source.Paths), Data.Corpus.Files(source.Paths));
        using var policy = new TorchLanguageModel(model);
        var rollout = new Rollout(policy, context.Tokenizer.Chat, grader);
        var unseen = problems.Draw(Split.HeldOut, section.EvaluationProblems * problems.Count, recipe.Seed, context.Cancellation);

        var before = context.Measured("reason-before", Measure);
        using var reference = section.KlWeight > 0 ? model.Copy() : null;
        var samples = SamplePrompts.Questions(model, context.Tokenizer, unseen.DistinctBy(p => p.Kind).Select(p => p.Question));
        var stage = new ReasonStage(
            model, section, rollout, (count, seed) => problems.Draw(Split.Train, count, seed, context.Cancellation), recipe.Seed, reference, samples);
        context.Train(stage, section, model);
        var after = context.Measured("reason-after", Measure);

        var kinds = unseen.Select(problem => problem.Kind).Distinct().ToArray();
        return new ReasonResult(
            [.. (kinds.Length > 1 ? kinds.Prepend(All) : kinds).Select(kind =>
                new PassRates(kind, Pass(before, kind, 1), Pass(after, kind, 1), Pass(before, kind, SamplesPerProblem), Pass(after, kind, SamplesPerProblem)))],
            [.. unseen.Take(MostSamples).Select((problem, i) => (problem, Before: before[i * SamplesPerProblem], After: after[i * SamplesPerProblem]))
                .Select(s => new ReasonSample(s.problem.Kind, s.problem.Question, s.Before.Text, s.Before.IsRight == true, s.After.Text, s.After.IsRight == true))]);

        Measured[] Measure()
        {
            var sampling = new SamplingOptions { Temperature = section.Temperature, Seed = recipe.Seed };
            return [.. rollout.Sample(unseen, SamplesPerProblem, section.MaxTokens, sampling, cancellation: context.Cancellation)
                .Select(episode => new Measured(context.Tokenizer.Tokenizer.Decode(episode.Answer), IsRight(episode.Grade, section)))];
        }

        // A problem of which an answer could not be graded says nothing about the model.
        Interval Pass(IReadOnlyList<Measured> answers, string kind, int k) => PassAtK.Mean(
            SamplesPerProblem,
            [.. answers.Chunk(SamplesPerProblem).Zip(unseen).Where(g => (kind == All || g.Second.Kind == kind) && g.First.All(a => a.IsRight is not null)).Select(g => g.First.Count(a => a.IsRight == true))],
            k, recipe.Seed);
    }

    /// <inheritdoc/>
    protected override StageReport Report(StageRecord record, ReasonSection section, ReasonResult result) => ReasonReport.Create(record, section, result);

    /// <inheritdoc/>
    /// <remarks>Every answer is written, and those of groups with a signal are learned from.</remarks>
    protected override double Flops(StageRecord record, ReasonSection section, ReasonResult result) =>
        record.Parameters * (double)section.GroupSize * record.Metrics.Where(r => r.Stage == StageName).Sum(r =>
            (2.0 * section.ProblemsPerStep + 6 * (r["groups_with_signal"] ?? 0)) * (r["answer_tokens"] ?? 0));

    // Of several graders the first decides what counts as right; the others shape the reward.
    private static bool? IsRight(Grade grade, ReasonSection section) => grade.IsFailed ? null
        : (section.Graders is [var first, ..] && grade.Parts.TryGetValue(first.Name, out var own) ? own : grade.Score) >= 0.5;

    private const string All = "all";

    private sealed record Measured(string Text, bool? IsRight);
}
