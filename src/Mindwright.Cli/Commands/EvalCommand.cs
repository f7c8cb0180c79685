using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mindwright.Cli.Display;
using Mindwright.Data;
using Mindwright.Evaluation.Tasks;
using Mindwright.Inference.Opening;
using Mindwright.Runs;
using Mindwright.Runs.Files;
using Mindwright.Runs.Report;
using Mindwright.Tokens.Chat;
using Mindwright.Training;
using Mindwright.Workbench.Models;

namespace Mindwright.Cli.Commands;

/// <summary><c>eval</c>: puts the field's tasks to a model.</summary>
internal static class EvalCommand
{
    private const string ResultsFile = "evaluation.json";

    private static readonly Option<string?> Suite = new("--suite") { Description = $"A suite of tasks: {string.Join(", ", TaskCatalog.Suites)}. Tasks without data are skipped and named." };

    private static readonly Option<string[]> Tasks = new("--tasks")
    {
        Description = "Names of tasks, or files in one of the known formats.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> Text = new("--text")
    {
        Description = "Files or folders of text that the model was not trained on: measures bits per byte.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string> Data = new("--data")
    {
        Description = $"The folder below which the tasks' files lie, or owner/name of a dataset on the hub that {DatasetHub.AddressVariable} names.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MINDWRIGHT_EVAL_DATA") ?? "data",
    };

    private static readonly Option<int?> Limit = new("--limit") { Description = "The most items of each task, drawn by a fixed seed." };

    private static readonly Option<string[]> Min = new("--min")
    {
        Description = "A quality gate, task=value, or core=value: a lower score ends with exit code 6.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<bool> Plain = new("--plain") { Description = "Put questions as text to go on from, not as conversations." };
    private static readonly Option<int> Samples = new("--samples") { Description = "Answers to each question; more than one gives pass@k.", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> Temperature = new("--temperature") { Description = "Of the answers; 0 is greedy.", DefaultValueFactory = _ => 0 };
    private static readonly Option<int> MaxTokens = new("--max-tokens") { Description = "The longest answer.", DefaultValueFactory = _ => 256 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Of the answers.", DefaultValueFactory = _ => 1 };

    private static readonly Option<string?> Sandbox = new("--sandbox")
    {
        Description = "A command that safely runs a Python program from standard input, such as \"podman run --rm -i --network none python python -\".",
    };

    private static readonly Option<string?> Out = CommonOptions.Output("The folder for evaluation.json and the report; a run's own if left out.");

    public static Command Create(ModelBackends backends)
    {
        var model = new ModelArguments(backends);
        var command = new Command("eval", "Measure what a model can do, by the field's tasks and formulas.")
        {
            Suite, Tasks, Text, Data, Limit, Min, Plain, Samples, Temperature, MaxTokens, Seed, Sandbox, Out,
        };
        model.AddTo(command);
        return command.Does((parse, output, cancellation) =>
        {
            // Everything that can be wrong about the command is found before minutes are spent on it.
            CheckRanges(parse);
            var names = Names(parse);
            var minimums = Minimums(parse, names);
            using var loaded = model.Open(parse);
            Run(parse, names, minimums, loaded, output, cancellation);
        });
    }

    private static void Run(
        ParseResult parse, string[] names, IReadOnlyDictionary<string, double> minimums, OpenedModel loaded, Output output, CancellationToken cancellation)
    {
        var folder = parse.GetValue(Out) ?? ModelFinder.RunOf(loaded.Folder);
        var model = TextModel.Of(loaded.Model, loaded.Text, ModelHash.Of(loaded.Folder), chats: !parse.GetValue(Plain) && loaded.Text.HasTemplate);
        var settings = new TaskSettings
        {
            Generation = new(parse.GetValue(Samples), parse.GetValue(Temperature), parse.GetValue(MaxTokens), parse.GetValue(Seed)),
            Sandbox = parse.GetValue(Sandbox)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
            Texts = [.. Corpus.Files(parse.GetValue(Text) ?? [])],
        };

        EvaluationResults results;
        using (var display = ProgressDisplay.Create(output))
        {
            var progress = new Progress(display, names);
            results = EvaluationSuite.Run(
                names, new(DataFolder(parse.GetValue(Data)!, display, cancellation)), model, ModelEmbeddings.Load(loaded.Folder, loaded.Tokenizer), settings, parse.GetValue(Limit),
                Cache(folder), skipMissing: parse.GetValue(Suite) is not null, progress.Tell, cancellation);
        }

        if (folder is not null)
            Save(folder, results);
        output.Document(results);
        output.Line(MarkdownReport.Render(new("Evaluation", loaded.Folder, [results.ToSection()])));
        results.Require(minimums);
    }

    private static string[] Names(ParseResult parse)
    {
        var suite = parse.GetValue(Suite);
        if (suite is not null && !TaskCatalog.Suites.Contains(suite))
            throw new UsageException($"There is no suite \"{suite}\"; there are {string.Join(", ", TaskCatalog.Suites)}");
        string[] names =
        [
            .. suite is null ? [] : TaskCatalog.TasksOf(suite),
            .. (parse.GetValue(Tasks) ?? []).SelectMany(name => name.Split(',', StringSplitOptions.RemoveEmptyEntries)),
            .. parse.GetValue(Text) is { Length: > 0 } ? [TaskCatalog.BitsPerByte] : Array.Empty<string>(),
        ];
        return names.Length > 0 ? [.. names.Distinct()] : throw new UsageException("Say what to evaluate: --suite NAME, --tasks NAMES or --text FILES");
    }

    private static void CheckRanges(ParseResult parse)
    {
        Positive("--limit", parse.GetValue(Limit) ?? 1);
        Positive("--samples", parse.GetValue(Samples));
        Positive("--max-tokens", parse.GetValue(MaxTokens));
        if (parse.GetValue(Temperature) is not (>= 0 and <= 100) and var temperature)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--temperature: {temperature} is outside 0 to 100"));
        if (parse.GetValue(Samples) > 1 && parse.GetValue(Temperature) == 0)
            throw new UsageException("--samples: at temperature 0 all answers are the same; set --temperature above 0, such as 0.8");

        static void Positive(string option, int value)
        {
            if (value < 1)
                throw new UsageException($"{option}: {value} is outside 1 to {int.MaxValue}");
        }
    }

    /// <summary>The gates by the full names of their tasks.</summary>
    private static Dictionary<string, double> Minimums(ParseResult parse, string[] names)
    {
        var minimums = new Dictionary<string, double>();
        foreach (var text in parse.GetValue(Min) ?? [])
        {
            if (text.Split('=') is not [var task, var value] || !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var minimum) || !double.IsFinite(minimum))
                throw new UsageException($"--min {text}: a minimum is written task=value, such as arc_easy=0.3");
            minimums[GateOf(task, names)] = minimum;
        }
        return minimums;
    }

    /// <summary>A gate's task: <c>core</c>, a task that is run, or the end of its name after the suite (<c>arc_easy</c> of <c>core/arc_easy</c>).</summary>
    private static string GateOf(string task, string[] names)
    {
        if (names.Contains(task) || (task == "core" && names.Any(name => name.StartsWith("core/", StringComparison.Ordinal))))
            return task;
        return names.Where(name => name.EndsWith('/' + task)).ToArray() is [var only]
            ? only
            : throw new UsageException($"--min {task}: this task is not among those to evaluate, {string.Join(", ", names)}");
    }

    private static string UserFolder { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "mindwright");

    private static string Cache(string? folder) => Path.Combine(folder ?? UserFolder, "evaluations");

    /// <summary>A folder as it is; a dataset's name fetches it once, into the user's data folder.</summary>
    private static string DataFolder(string data, IProgressSink progress, CancellationToken cancellation)
    {
        if (Directory.Exists(data) || data.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
            return data;
        try
        {
            using var hub = DatasetHub.FromEnvironment();
            var request = new DatasetRequest { Name = data, Output = Path.Combine(UserFolder, "datasets", data) };
            progress.Message($"fetching {data}");
            hub.GetAsync(request, cancellation: cancellation).GetAwaiter().GetResult();
            return request.Output;
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--data: there is no folder {data}, and to fetch it as a dataset, {e.Message}");
        }
    }

    private static void Save(string folder, EvaluationResults results)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.WriteText(Path.Combine(folder, ResultsFile), JsonSerializer.Serialize(results, Output.JsonOptions) + "\n");
        var report = File.Exists(Path.Combine(folder, RunReport.JsonFile)) ? RunReport.Read(folder) : new("Evaluation", $"What the model in {folder} can do.", []);
        report.With(results.ToSection()).Write(folder);
    }

    /// <summary>Shows every task as a stage.</summary>
    private sealed class Progress(IProgressSink sink, string[] names)
    {
        private readonly Stopwatch _watch = new();
        private string? _task;

        public void Tell(string task, int done, int of)
        {
            if (task != _task)
            {
                _task = task;
                _watch.Restart();
                sink.StageStarted(new(task, Array.IndexOf(names, task) + 1, names.Length, of, "items"));
            }
            sink.Step(new(done, _watch.Elapsed));
            if (done == of)
                sink.StageFinished(task, new Dictionary<string, double>());
        }
    }
}
