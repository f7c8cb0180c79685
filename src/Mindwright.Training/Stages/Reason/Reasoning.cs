using Mindwright.Data.BuiltIn;
using Mindwright.Evaluation.Statistics;
using Mindwright.Inference.Sampling;
using Mindwright.Model;
using Mindwright.Runs.Report;
using Mindwright.Tokens;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;
using Mindwright.Training.Pipeline;

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
public sealed record ReasonSample(Problem Problem, string Before, double RewardBefore, string After, double RewardAfter);

/// <summary>Reinforcement learning from a recipe: the third stage of a run.</summary>
public static class Reasoning
{
    private const int SamplesPerQuestion = 8;
    private static readonly string[] Kinds = [ReasoningProblems.Compare, ReasoningProblems.Multiply];

    /// <summary>Measures, trains, and measures again on the same unseen problems.</summary>
    public static ReasonResult Run(StageContext context, ModelTokenizer tokenizer, Transformer model)
    {
        var recipe = context.Recipe;
        var section = recipe.Reason;
        var format = tokenizer.Chat;
        using var policy = new TorchLanguageModel(model);
        var rollout = new Rollout(policy, format);
        var unseen = Problems(section.EvaluationQuestions * Kinds.Length, recipe.Seed, Split.HeldOut);

        var before = context.Measured("reason-before", Measure);
        using var reference = section.KlWeight > 0 ? Copy(model) : null;
        var samples = SamplePrompts.Questions(model, tokenizer, unseen.DistinctBy(p => p.Kind).Select(p => p.Question));
        var stage = new ReasonStage(
            model, section, format, (count, seed) => Problems(count, seed, Split.Train), recipe.Seed, reference: reference, samples: samples);
        context.Train(stage, section, model, tokenizer);
        var after = Measure();

        var kinds = new[] { "all" }.Concat(Kinds);
        return new ReasonResult(
            [.. kinds.Select(kind => new PassRates(kind, Pass(before, kind, 1), Pass(after, kind, 1), Pass(before, kind, SamplesPerQuestion), Pass(after, kind, SamplesPerQuestion)))],
            [.. before.Zip(after).Chunk(SamplesPerQuestion).Take(200).Select(group => group[0])
                .Select(pair => new ReasonSample(pair.First.Problem, Text(pair.First), pair.First.Reward, Text(pair.Second), pair.Second.Reward))]);

        IReadOnlyList<Episode> Measure() => rollout.Sample(
            unseen, SamplesPerQuestion, section.MaxTokens, new SamplingOptions { Temperature = section.Temperature, Seed = recipe.Seed }, context.Cancellation);

        Interval Pass(IReadOnlyList<Episode> episodes, string kind, int k) => PassAtK.Mean(
            SamplesPerQuestion,
            [.. episodes.Chunk(SamplesPerQuestion).Where(g => kind == "all" || g[0].Problem.Kind == kind).Select(g => g.Count(e => e.Reward > 0))],
            k, recipe.Seed);

        string Text(Episode episode) => tokenizer.Tokenizer.Decode(episode.Answer);
    }

    /// <summary>Problems of all kinds in equal shares.</summary>
    private static IReadOnlyList<Problem> Problems(int count, int seed, Split split) =>
        [.. Kinds.SelectMany((kind, i) => ReasoningProblems.Generate(kind, (count + Kinds.Length - 1 - i) / Kinds.Length, seed, split))
            .Select(p => new Problem(p.Kind, p.Question, p.Answer))];

    private static Transformer Copy(Transformer model)
    {
        var copy = new Transformer(model.Config, model.Weights.Device, model.Weights.Compute, trainable: false);
        using var _ = TorchSharp.torch.no_grad();
        copy.Weights.Values.copy_(model.Weights.Values);
        copy.Weights.Refresh();
        return copy;
    }
}
