using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;
using Mindwright.Evaluation.Statistics;
using Mindwright.Inference.Generation;
using Mindwright.Tokens.Chat;

namespace Mindwright.Evaluation.Tasks;

/// <summary>
/// The model writes answers, and graders judge them. With several answers to each item, drawn by temperature, pass@1 and
/// pass@k come without bias from the same draws.
/// </summary>
public sealed class GenerationTask : EvaluationTask
{
    private readonly GenerationItem[] _items;
    private readonly GenerationSettings _settings;
    private readonly string _definition;

    /// <summary>Makes a task.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mainMeasure">The name of the measure by which it is quoted.</param>
    /// <param name="items">Problems with their graders.</param>
    /// <param name="settings">How answers are drawn.</param>
    /// <param name="definition">Names data, prompts and graders, for the cache.</param>
    public GenerationTask(
        string name, string mainMeasure, IReadOnlyList<GenerationItem> items, GenerationSettings settings, string definition)
    {
        if (settings.Samples > 1 && settings.Temperature == 0)
            throw new ArgumentException("Several answers to an item are all the same at temperature 0; set a temperature above 0.", nameof(settings));
        (Name, MainMeasure, _items, _settings, _definition) = (name, mainMeasure, [.. items], settings, definition);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string MainMeasure { get; }

    /// <inheritdoc/>
    public override int Count => _items.Length;

    /// <inheritdoc/>
    public override string Definition => $"generation {_settings} {_definition}";

    /// <inheritdoc/>
    public override IReadOnlyList<ItemResult> Evaluate(TextModel model, IReadOnlyList<int> items, CancellationToken cancellation)
    {
        // Greedy answers need no random numbers: all items at once. Drawn ones take theirs by item, whatever the batch.
        if (_settings.Temperature == 0)
        {
            var prompts = items.Select(item => Prompt(model, _items[item])).ToArray();
            var answers = Generate(model, prompts, _settings.Seed, cancellation);
            return [.. items.Select((item, i) => Judge(item, [Read(model, prompts[i], answers[i], _items[item])], cancellation))];
        }
        return [.. items.Select(item =>
        {
            var prompt = Prompt(model, _items[item]);
            var answers = Generate(model, [.. Enumerable.Repeat(prompt, _settings.Samples)], unchecked(_settings.Seed * 7919 + item), cancellation);
            return Judge(item, [.. answers.Select(answer => Read(model, prompt, answer, _items[item]))], cancellation);
        })];
    }

    private IReadOnlyList<GeneratedSequence> Generate(TextModel model, int[][] prompts, int seed, CancellationToken cancellation) =>
        new BatchGenerator(model.Model, prompts.Length).Generate(
            prompts,
            new()
            {
                MaxNewTokens = _settings.MaxNewTokens,
                StopIds = model.StopIds,
                Sampling = new() { Temperature = _settings.Temperature, Seed = seed },
            },
            cancellation: cancellation);

    private ItemResult Judge(int item, Answer[] answers, CancellationToken cancellation)
    {
        var values = new Dictionary<string, double>();
        string? failure = null;
        foreach (var measures in _items[item].Measures.GroupBy(measure => measure.Grader, ReferenceEqualityComparer.Instance))
        {
            var grader = GraderList.Guard((IGrader)measures.Key!);
            // One after the other: a grader may run a program, and has its time limit.
            var grades = answers.Select(answer => grader.GradeAsync(_items[item].Problem, answer, cancellation).AsTask().GetAwaiter().GetResult()).ToArray();
            foreach (var measure in measures)
            {
                if (grades.Select(grade => Missing(grade, measure.Part)).FirstOrDefault(why => why is not null) is { } missing)
                    failure ??= $"{grader.Name}: {missing}";
                else
                    Add(measure.Name, [.. grades.Select(grade => measure.Part is null ? grade.Score : grade.Parts[measure.Part])]);
            }
        }
        return new(item, values, _items[item].Group, failure);

        static string? Missing(Grade grade, string? part) =>
            grade.IsFailed ? grade.Message ?? "it failed"
            : part is null || grade.Parts.ContainsKey(part) ? null
            : $"its grade has no part '{part}'";

        void Add(string name, double[] scores)
        {
            values[name] = scores.Average();
            if (scores.Length > 1 && scores.All(score => score is 0 or 1))
                values[$"{name} pass@{scores.Length}"] = PassAtK.Estimate(scores.Length, scores.Count(score => score == 1), scores.Length);
        }
    }

    private int[] Prompt(TextModel model, GenerationItem item)
    {
        var prompt = model.ChatPrompt is { } chat ? chat(item.Problem.Messages) : model.EncodeFromStart(item.Plain ?? item.Problem.Question);
        var room = Math.Max(1, model.Model.ContextLength - Math.Min(_settings.MaxNewTokens, model.Model.ContextLength / 2));
        return prompt.Length <= room ? prompt : prompt[^room..];
    }

    /// <summary>An answer with its thinking apart from it, cut off where a model that continues text begins the next question.</summary>
    private static Answer Read(TextModel model, int[] prompt, GeneratedSequence answer, GenerationItem item)
    {
        var message = model.ParseAnswer?.Invoke(prompt, answer.Tokens)
            ?? Split(model.Decode([.. answer.Tokens.Where(token => !model.StopIds.Contains(token))]));
        var (text, ended) = (message.Content, answer.Finish == FinishReason.Stop);
        foreach (var stop in model.ChatPrompt is null ? item.Stops ?? [] : [])
            if (text.IndexOf(stop, StringComparison.Ordinal) is >= 0 and var at)
                (text, ended) = (text[..at], true);
        return new(message with { Content = text.Trim('\n', ' ') }, ended, answer.Tokens.Length);
    }

    // Text alone tells thinking only by its marks.
    private static ChatMessage Split(string text)
    {
        const string Open = "<think>", Close = "</think>";
        var at = text.LastIndexOf(Close, StringComparison.Ordinal);
        return at < 0
            ? new(ChatRole.Assistant, text)
            : new(ChatRole.Assistant, text[(at + Close.Length)..]) { Thinking = text[..at].Replace(Open, "", StringComparison.Ordinal).Trim('\n') };
    }
}

/// <summary>How answers are drawn.</summary>
/// <param name="Samples">Answers to each item.</param>
/// <param name="Temperature">0 takes the most probable token; with several samples it should be above 0.</param>
/// <param name="MaxNewTokens">Longest answer.</param>
/// <param name="Seed">Of the draws.</param>
public sealed record GenerationSettings(int Samples = 1, double Temperature = 0, int MaxNewTokens = 256, int Seed = 1);

/// <summary>A problem and how its answer is measured.</summary>
/// <param name="Problem">As it is put to a model that chats, with the expected answer.</param>
/// <param name="Measures">What is measured; a grader that several name is asked once for each answer.</param>
/// <param name="Plain">As it is put to a model that continues text, with solved examples; the question itself if null.</param>
/// <param name="Stops">Texts at which the answer of a model that continues text is cut off.</param>
/// <param name="Group">A part of the task.</param>
public sealed record GenerationItem(
    Problem Problem, IReadOnlyList<GenerationMeasure> Measures, string? Plain = null, IReadOnlyList<string>? Stops = null, string? Group = null);

/// <summary>A measure of answers: what a grader says, or a part of it.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Grader">Who judges; 0 is wrong, 1 is right.</param>
/// <param name="Part">The part of the grade that is meant; the score if null.</param>
public sealed record GenerationMeasure(string Name, IGrader Grader, string? Part = null);
