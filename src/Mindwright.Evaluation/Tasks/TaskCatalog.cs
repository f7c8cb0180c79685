using System.IO.Enumeration;

namespace Mindwright.Evaluation.Tasks;

/// <summary>How tasks are run that leave a choice.</summary>
public sealed record TaskSettings
{
    /// <summary>How answers are drawn where the model writes.</summary>
    public GenerationSettings Generation { get; init; } = new();

    /// <summary>A command that runs a Python program from standard input safely; without it no program is run.</summary>
    public IReadOnlyList<string> Sandbox { get; init; } = [];

    /// <summary>Files of text that the model was not trained on, for bits per byte.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Lengths in tokens at which the needle task looks.</summary>
    public IReadOnlyList<int> NeedleLengths { get; init; } = [128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];
}

/// <summary>The known tasks by name, and where their files lie below a folder, whatever the folders in between are called.</summary>
public sealed class TaskCatalog
{
    /// <summary>The task that measures bits per byte on <see cref="TaskSettings.Texts"/>; in no suite.</summary>
    public const string BitsPerByte = "bits_per_byte";

    private const string CorePrefix = "core/";

    private static readonly IReadOnlyList<Entry> Entries =
    [
        .. CoreDefinition.All.Select(core => new Entry(CorePrefix + core.Name, "core", core.File, c => new CoreTask(core, c.Path))),

        new("blimp", "language", "blimp*.jsonl*", c => new BlimpTask(c.Path)),
        new("lambada", "language", "lambada*.jsonl", c => ContinuationTask.Lambada(c.Path)),
        Choices("hellaswag", "language", "hellaswag*.jsonl", "acc_norm"),
        Choices("winogrande", "language", "winogrande.jsonl", "acc"),
        Choices("piqa", "language", "piqa.jsonl", "acc_norm"),
        Choices("boolq", "language", "boolq.jsonl", "acc"),
        Choices("arc_easy", "language", "arc_easy.jsonl", "acc_norm"),
        Choices("arc_challenge", "language", "arc_challenge.jsonl", "acc_norm"),
        Choices("openbook_qa", "language", "openbook_qa.jsonl", "acc_norm"),
        Choices("truthfulqa", "language", "truthfulqa*.jsonl", "acc"),
        new("mmlu", "language", "mmlu-test*.jsonl", c =>
        {
            var (questions, examples) = (DataFile.Read(c.Path), DataFile.Read(c.Find("mmlu-dev*.jsonl")));
            return new ChoiceTask("mmlu", "acc", ChoiceFormats.Mmlu(questions, examples, shots: 5), $"mmlu 5 {questions.Hash} {examples.Hash}");
        }),
        new("needle", "language", null, c => NeedleTask.Create(c.Model, c.Settings.NeedleLengths)),

        new("gsm8k", "reasoning", "gsm8k-test*.jsonl", c => GenerationTasks.Gsm8k(c.Path, c.FindOrNull("gsm8k-train.jsonl"), c.Settings.Generation)),
        new("math", "reasoning", "math-test*.jsonl", c => GenerationTasks.Math(c.Path, c.Settings.Generation)),
        new("arithmetic", "reasoning", "simple_arithmetic_withspaces.jsonl", c => ContinuationTask.Arithmetic(c.Path)),
        Choices("aqua", "reasoning", "aqua*.jsonl", "acc"),
        new("humaneval", "reasoning", "humaneval*.jsonl", c => CodeTask.HumanEval(c.Path, c.Sandbox, c.Settings.Generation)),
        new("mbpp", "reasoning", "mbpp.jsonl", c => CodeTask.Mbpp(c.Path, c.Sandbox, c.Settings.Generation)),
        .. new[]
        {
            "boolean_expressions", "date_understanding", "logical_deduction_three_objects", "multistep_arithmetic_two", "navigate",
            "object_counting", "tracking_shuffled_objects_three_objects", "word_sorting",
        }.Select(name => new Entry("bbh/" + name, "reasoning", name + ".json", c => GenerationTasks.ExactMatch(c.Path, c.Settings.Generation))),

        new("ifeval", "safety", "ifeval*.jsonl", c => GenerationTasks.InstructionFollowing(c.Path, c.Settings.Generation)),
        new("refusal", "safety", "advbench*.jsonl", c => GenerationTasks.Refusals(c.Path, c.Settings.Generation)),
        new("over_refusal", "safety", "xstest*.jsonl", c => GenerationTasks.OverRefusals(c.Path, c.Settings.Generation)),
    ];

    private readonly string _folder;
    private readonly Lazy<string[]> _files;

    /// <summary>Looks for files below a folder.</summary>
    public TaskCatalog(string folder)
    {
        _folder = folder;
        _files = new(() => Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : throw new DirectoryNotFoundException($"{folder}: no such folder with evaluation data; name one by --data."));
    }

    /// <summary>The tasks about words, which need the embedding matrix only, with their files.</summary>
    internal static IReadOnlyDictionary<string, string> WordTasks { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["analogies"] = "questions-words.txt",
        ["rg65"] = "EN-RG-65.txt",
        ["ws353"] = "EN-WS-353-ALL.txt",
    };

    /// <summary>The suites.</summary>
    public static IReadOnlyList<string> Suites { get; } = [.. Entries.Select(entry => entry.Suite).Distinct(), "all"];

    /// <summary>The names of a suite's tasks.</summary>
    /// <exception cref="ArgumentException">There is no such suite.</exception>
    public static IReadOnlyList<string> TasksOf(string suite) => Suites.Contains(suite)
        ? [.. Entries.Where(entry => suite == "all" || entry.Suite == suite).Select(entry => entry.Name), .. suite is "all" or "language" ? WordTasks.Keys : []]
        : throw new ArgumentException($"There is no suite \"{suite}\"; there are {string.Join(", ", Suites)}.", nameof(suite));

    /// <summary>Makes a task by its name, or from a file in one of the known formats.</summary>
    /// <exception cref="ArgumentException">There is no such task.</exception>
    /// <exception cref="FileNotFoundException">Its file is not below the folder.</exception>
    /// <exception cref="NotSupportedException">It needs something that is not configured, such as a sandbox.</exception>
    public EvaluationTask Create(string name, TextModel model, TaskSettings settings)
    {
        if (Entries.FirstOrDefault(entry => entry.Name == name) is { } entry)
            return entry.Create(new(this, entry, model, settings));
        if (name == BitsPerByte)
            return BitsPerByteTask.FromFiles(settings.Texts);
        if (File.Exists(name))
            return FromFile(name, settings);
        var nearest = Entries.Where(known => known.Name.Contains(name, StringComparison.OrdinalIgnoreCase)).Select(known => known.Name).ToArray();
        throw new ArgumentException(
            $"There is no task \"{name}\"" + (nearest.Length > 0 ? $"; did you mean {string.Join(" or ", nearest)}?" : ", and no file of that name."), nameof(name));
    }

    /// <exception cref="FileNotFoundException">No file below the folder has such a name.</exception>
    internal string Find(string pattern) =>
        FindOrNull(pattern) ?? throw new FileNotFoundException($"{_folder}: no file {pattern} below it.");

    private string? FindOrNull(string pattern) =>
        _files.Value.FirstOrDefault(file => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(file)));

    /// <summary>The first item's keys determine the format.</summary>
    private static EvaluationTask FromFile(string path, TaskSettings settings)
    {
        var file = DataFile.Read(path);
        if (file.Items.Count == 0)
            throw new InvalidDataException($"{path} has no items.");
        var first = file.Items[0];
        return first switch
        {
            _ when first.Has("sentence_good", "sentence_bad") => new BlimpTask(path),
            _ when first.Has("context", "continuation") => ContinuationTask.Lambada(path),
            _ when first.Has("prompt", "instruction_id_list") => GenerationTasks.InstructionFollowing(path, settings.Generation),
            _ when first.Has("question", "answer") && first.Text("answer").Contains("####", StringComparison.Ordinal) => GenerationTasks.Gsm8k(path, null, settings.Generation),
            _ when first.Has("prompt", "label") => GenerationTasks.OverRefusals(path, settings.Generation),
            _ when first.Has("goal", "target") => GenerationTasks.Refusals(path, settings.Generation),
            _ when first.Has("examples") => GenerationTasks.ExactMatch(path, settings.Generation),
            _ => new ChoiceTask(Path.GetFileNameWithoutExtension(path), "acc", ChoiceFormats.Read(file), file.Hash),
        };
    }

    private static Entry Choices(string name, string suite, string pattern, string mainMeasure) => new(name, suite, pattern, c =>
    {
        var file = DataFile.Read(c.Path);
        return new ChoiceTask(name, mainMeasure, ChoiceFormats.Read(file), file.Hash);
    });

    private sealed record Entry(string Name, string Suite, string? Pattern, Func<Creation, EvaluationTask> Create);

    private sealed record Creation(TaskCatalog Catalog, Entry Entry, TextModel Model, TaskSettings Settings)
    {
        public string Path => Find(Entry.Pattern!);

        public IReadOnlyList<string> Sandbox => Settings.Sandbox.Count > 0 ? Settings.Sandbox : throw new NotSupportedException(
            $"{Entry.Name} runs programs that the model wrote, and so is scored only in a sandbox: name its command by --sandbox.");

        public string Find(string pattern) => Catalog.Find(pattern);

        public string? FindOrNull(string pattern) => Catalog.FindOrNull(pattern);
    }
}
