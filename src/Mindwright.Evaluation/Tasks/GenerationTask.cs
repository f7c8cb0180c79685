using Mindwright.Evaluation.Statistics;
using Mindwright.Inference.Generation;
using Mindwright.Runs.Report;

namespace Mindwright.Evaluation.Tasks;

/// <summary>
/// The model writes answers, and a program judges them. With several answers to each item, drawn by temperature, pass@1 and
/// pass@k come without bias from the same draws.
/// </summary>
public sealed class GenerationTask : EvaluationTask
{
    private readonly GenerationItem[] _items;
    private readonly GenerationSettings _settings;
    private readonly string _definition;

    /// <summary>Makes a task.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mainMeasure">The name of the judgement by which it is quoted.</param>
    /// <param name="items">Questions with their judges.</param>
    /// <param name="settings">How answers are drawn.</param>
    /// <param name="definition">Names data, prompts and judge, for the cache.</param>
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
            var answers = Generate(model, [.. items.Select(item => Prompt(model, _items[item]))], _settings.Seed, cancellation);
            return [.. items.Select((item, i) => Judge(item, [Text(model, answers[i], _items[item])]))];
        }
        return [.. items.Select(item =>
        {
            var prompts = Enumerable.Repeat(Prompt(model, _items[item]), _settings.Samples).ToArray();
            var answers = Generate(model, prompts, unchecked(_settings.Seed * 7919 + item), cancellation);
            return Judge(item, [.. answers.Select(answer => Text(model, answer, _items[item]))]);
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

    private ItemResult Judge(int item, string[] answers)
    {
        var judgements = answers.Select(_items[item].Judge).ToArray();
        var values = new Dictionary<string, double>();
        foreach (var name in judgements.SelectMany(judgement => judgement.Keys).Distinct())
        {
            values[name] = judgements.Average(judgement => judgement.GetValueOrDefault(name));
            if (answers.Length > 1 && judgements.All(judgement => judgement.GetValueOrDefault(name) is 0 or 1))
                values[$"{name} pass@{answers.Length}"] = PassAtK.Estimate(
                    answers.Length, judgements.Count(judgement => judgement.GetValueOrDefault(name) == 1), answers.Length);
        }
        return new(item, values, _items[item].Group);
    }

    private int[] Prompt(TextModel model, GenerationItem item)
    {
        var prompt = model.ChatPrompt is { } chat ? chat(item.Question) : model.EncodeFromStart(item.Plain ?? item.Question);
        var room = Math.Max(1, model.Model.ContextLength - Math.Min(_settings.MaxNewTokens, model.Model.ContextLength / 2));
        return prompt.Length <= room ? prompt : prompt[^room..];
    }

    private static string Text(TextModel model, GeneratedSequence answer, GenerationItem item)
    {
        var text = model.Decode([.. answer.Tokens.Where(token => !model.StopIds.Contains(token))]);
        var thought = text.LastIndexOf("</think>", StringComparison.Ordinal);
        if (thought >= 0)
            text = text[(thought + "</think>".Length)..];
        foreach (var stop in model.ChatPrompt is null ? item.Stops ?? [] : [])
            if (text.IndexOf(stop, StringComparison.Ordinal) is >= 0 and var at)
                text = text[..at];
        return text.Trim('\n', ' ');
    }
}

/// <summary>How answers are drawn.</summary>
/// <param name="Samples">Answers to each item.</param>
/// <param name="Temperature">0 takes the most probable token; with several samples it should be above 0.</param>
/// <param name="MaxNewTokens">Longest answer.</param>
/// <param name="Seed">Of the draws.</param>
public sealed record GenerationSettings(int Samples = 1, double Temperature = 0, int MaxNewTokens = 256, int Seed = 1);

/// <summary>A question and who judges the answer.</summary>
/// <param name="Question">As it is put to a model that chats.</param>
/// <param name="Judge">Judgements of an answer by name: 0 wrong, 1 right.</param>
/// <param name="Plain">As it is put to a model that continues text, with solved examples; the question itself if null.</param>
/// <param name="Stops">Texts at which the answer of a model that continues text is cut off.</param>
/// <param name="Group">A part of the task.</param>
public sealed record GenerationItem(
    string Question, Func<string, IReadOnlyDictionary<string, double>> Judge, string? Plain = null, IReadOnlyList<string>? Stops = null,
    string? Group = null);
