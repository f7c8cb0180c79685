using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;
using Mindwright.Inference;
using Mindwright.Inference.Generation;
using Mindwright.Inference.Sampling;
using Mindwright.Tokens.Chat;
using Mindwright.Training.Loop;

namespace Mindwright.Training.Rollouts;

/// <summary>One answer that the policy wrote, and its grade.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Prompt">The problem's token ids, up to where the assistant speaks.</param>
/// <param name="Answer">The ids that the policy drew, its end of turn included.</param>
/// <param name="LogProbs">Their log-probabilities as drawn, nats.</param>
/// <param name="Grade">What the grader says of it.</param>
public sealed record Episode(Problem Problem, int[] Prompt, int[] Answer, float[] LogProbs, Grade Grade);

/// <summary>Samples answers to problems and has them graded.</summary>
public sealed class Rollout
{
    // Sequences side by side: enough that a product with a row a sequence keeps the cores busy.
    private const int Slots = 128;

    private readonly ILanguageModel _model;
    private readonly BatchGenerator _generator;
    private readonly IChatFormat _format;
    private readonly IGrader _grader;

    /// <summary>Makes a sampler of answers.</summary>
    /// <param name="model">The policy.</param>
    /// <param name="format">How conversations become ids.</param>
    /// <param name="grader">Grades answers.</param>
    public Rollout(ILanguageModel model, IChatFormat format, IGrader grader)
    {
        _model = model;
        _generator = new BatchGenerator(model, Slots);
        _format = format;
        _grader = grader;
    }

    /// <summary>Samples answers to each problem: those to one problem stand side by side.</summary>
    /// <param name="problems">The problems.</param>
    /// <param name="group">Answers to each.</param>
    /// <param name="maxTokens">Longest answer.</param>
    /// <param name="sampling">How tokens are drawn.</param>
    /// <param name="first">
    /// Number of the first problem among all that are sampled with this seed, on which its random numbers depend: so that processes that share
    /// out problems draw what one process would.
    /// </param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="InvalidDataException">A problem leaves no room for an answer in the model's context.</exception>
    public IReadOnlyList<Episode> Sample(
        IReadOnlyList<Problem> problems, int group, int maxTokens, SamplingOptions sampling, int first = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problems);
        int[][] prompts = [.. problems.SelectMany(problem => Enumerable.Repeat(Prompt(problem), group))];
        var options = new GenerationOptions { MaxNewTokens = maxTokens, StopIds = _format.StopIds, Sampling = sampling };
        var answers = _generator.Generate(prompts, options, firstNumber: first * group, cancellation: cancellation);
        var grades = Grade([.. answers.Select((answer, i) => (problems[i / group], Parse(answer)))], cancellation);
        return [.. answers.Select((answer, i) => new Episode(problems[i / group], prompts[i], answer.Tokens, answer.LogProbs, grades[i]))];
    }

    /// <summary>The same, with the problems shared out among processes: each samples some, and all get the answers to all.</summary>
    /// <inheritdoc cref="Sample(IReadOnlyList{Problem}, int, int, SamplingOptions, int, CancellationToken)"/>
    public IReadOnlyList<Episode> Sample(
        ICollective collective, IReadOnlyList<Problem> problems, int group, int maxTokens, SamplingOptions sampling, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(collective);
        ArgumentNullException.ThrowIfNull(problems);
        if (collective.WorldSize == 1)
            return Sample(problems, group, maxTokens, sampling, cancellation: cancellation);
        var first = (int)((long)problems.Count * collective.Rank / collective.WorldSize);
        var end = (int)((long)problems.Count * (collective.Rank + 1) / collective.WorldSize);
        var own = first == end ? [] : Sample([.. problems.Take(end).Skip(first)], group, maxTokens, sampling, first, cancellation);
        Sampled[] parts = [.. own.Select(episode => new Sampled(episode.Answer, episode.LogProbs, episode.Grade))];
        return [.. collective.Gather(parts).SelectMany(part => part).Select((part, i) =>
            new Episode(problems[i / group], Prompt(problems[i / group]), part.Answer, part.LogProbs, part.Grade))];
    }

    private sealed record Sampled(int[] Answer, float[] LogProbs, Grade Grade);

    private int[] Prompt(Problem problem)
    {
        var prompt = _format.EncodePrompt(problem.Messages);
        return prompt.Length < _model.ContextLength ? prompt : throw new InvalidDataException(
            $"the problem \"{Excerpt(problem.Question)}\" takes {prompt.Length} tokens, and the model's context holds {_model.ContextLength}: no room is left for an answer");
    }

    private Answer Parse(GeneratedSequence answer) => new(
        _format.ParseAnswer(answer.Tokens), answer.Finish == FinishReason.Stop && answer.Tokens[^1] == _format.EndOfTurn, answer.Tokens.Length);

    // Graders may wait for a process; several answers wait at once.
    private Grade[] Grade((Problem Problem, Answer Answer)[] answers, CancellationToken cancellation)
    {
        var grades = new Grade[answers.Length];
        Parallel.ForAsync(0, answers.Length, cancellation, async (i, stop) => grades[i] = await _grader.GradeAsync(answers[i].Problem, answers[i].Answer, stop).ConfigureAwait(false))
            .GetAwaiter().GetResult();
        return grades;
    }

    private static string Excerpt(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
