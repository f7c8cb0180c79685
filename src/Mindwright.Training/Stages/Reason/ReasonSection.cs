using System.ComponentModel.DataAnnotations;
using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;
using Mindwright.Runs.Recipes;
using Mindwright.Training.Recipes;

namespace Mindwright.Training.Stages.Reason;

/// <summary>Reinforcement learning on problems whose answers can be checked (GRPO).</summary>
[FormerKey("questions", "problems_per_step")]
[FormerKey("group", "group_size")]
[FormerKey("evaluation_questions", "evaluation_problems")]
public sealed record ReasonSection : StageSection
{
    /// <summary>Where problems come from; the built-in generators where none is named. A step takes equal numbers from each.</summary>
    public IReadOnlyList<ProblemSourceSection> Problems { get; init; } = [];

    /// <summary>Who grades answers, each with a weight; the exact answer where none is named.</summary>
    public IReadOnlyList<GraderSection> Graders { get; init; } = [];

    /// <summary>Problems of a step.</summary>
    [Range(1, 100_000)]
    public int ProblemsPerStep { get; init; } = 16;

    /// <summary>Answers sampled to each problem.</summary>
    [Range(2, 100_000)]
    public int GroupSize { get; init; } = 8;

    /// <summary>Optimizer updates that one step's answers are cut into.</summary>
    [Range(1, 1000)]
    public int Minibatches { get; init; } = 1;

    /// <summary>Longest answer, in tokens.</summary>
    [Range(1, 1_000_000)]
    public int MaxTokens { get; init; } = 96;

    /// <summary>Temperature of sampling and of scoring.</summary>
    [Range(0.01, 10.0)]
    public double Temperature { get; init; } = 1;

    /// <summary>Whether advantages are divided by the group's deviation.</summary>
    public bool NormalizeAdvantages { get; init; } = true;

    /// <summary>The probability ratio is clipped below 1 − this.</summary>
    [Range(0, 1.0)]
    public double ClipLow { get; init; } = 0.2;

    /// <summary>The probability ratio is clipped above 1 + this.</summary>
    [Range(0, 10.0)]
    public double ClipHigh { get; init; } = 0.28;

    /// <summary>Weight of the divergence from the model that the stage began with; 0 leaves it out.</summary>
    [Range(0, 10.0)]
    public double KlWeight { get; init; }

    /// <summary>Share of a step's answers that graders may fail to grade; above it the stage stops with the grader's message.</summary>
    [Range(0, 1.0)]
    public double MaxGraderFailures { get; init; } = 0.1;

    /// <summary>Unseen problems of each source by which pass@k is measured before and after.</summary>
    [Range(1, 100_000)]
    public int EvaluationProblems { get; init; } = 100;
}
