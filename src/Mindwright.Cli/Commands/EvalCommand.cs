using System.CommandLine;
using System.Globalization;
using Mindwright.Cli.Common;
using Mindwright.Cli.Display;
using Mindwright.Data;
using Mindwright.Evaluation.Tasks;
using Mindwright.Inference.Opening;
using Mindwright.Runs;
using Mindwright.Runs.Report;
using Mindwright.Workbench.Evaluation;

namespace Mindwright.Cli.Commands;

/// <summary><c>eval</c>: puts the field's tasks to a model.</summary>
internal sealed class EvalCommand
{
    private readonly Option<string?> _suite = new("--suite") { Description = $"A suite of tasks: {string.Join(", ", TaskCatalog.Suites)}. Tasks without data are skipped and named." };

    private readonly Option<string[]> _tasks = new("--tasks")
    {
        Description = "Names of tasks, or files in one of the known formats.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _text = new("--text")
    {
        Description = "Files or folders of text that the model was not trained on: measures bits per byte.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _data = new("--data")
    {
        Description = $"The folder below which the tasks' files lie, or owner/name of a dataset on the hub that {DatasetHub.AddressVariable} names.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MINDWRIGHT_EVAL_DATA") ?? "data",
    };

    private readonly Option<int?> _limit = new("--limit") { Description = "The most items of each task, drawn by a fixed seed." };

    private readonly Option<string[]> _min = new("--min")
    {
        Description = "A quality gate, task=value, or core=value: a lower score ends with exit code 6.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _plain = new("--plain") { Description = "Put questions as text to go on from, not as conversations." };
    private readonly Option<int> _samples = new("--samples") { Description = "Answers to each question; more than one gives pass@k.", DefaultValueFactory = _ => 1 };
    private readonly Option<double> _temperature = new("--temperature") { Description = "Of the answers; 0 is greedy.", DefaultValueFactory = _ => 0 };
    private readonly Option<int> _maxTokens = new("--max-tokens") { Description = "The longest answer.", DefaultValueFactory = _ => 256 };
    private readonly Option<int> _seed = new("--seed") { Description = "Of the answers.", DefaultValueFactory = _ => 1 };

    private readonly Option<string?> _sandbox = new("--sandbox")
    {
        Description = "A command that safely runs a Python program from standard input, such as \"podman run --rm -i --network none python python -\".",
    };

    private readonly Option<string?> _output = CommonOptions.Output("The folder for evaluation.json and the report; a run's own if left out.");
    private readonly ModelArguments _model;

    private EvalCommand(ModelBackends backends) => _model = new ModelArguments(backends);

    public static Command Create(ModelBackends backends) => new EvalCommand(backends).Create();

    private Command Create()
    {
        var command = new Command("eval", "Measure what a model can do, by the field's tasks and formulas.")
        {
            _suite, _tasks, _text, _data, _limit, _min, _plain, _samples, _temperature, _maxTokens, _seed, _sandbox, _output,
        };
        _model.AddTo(command);
        return command.Does((parse, output, cancellation) =>
        {
            // Everything that can be wrong about the command is found before minutes are spent on it.
            CheckRanges(parse);
            var tasks = Tasks(parse);
            var minimums = Minimums(parse, tasks);
            using var model = _model.Open(parse);
            EvaluationResults results;
            using (var display = ProgressDisplay.Create(output))
                results = EvaluationRun.Run(model, Plan(parse, tasks, DataFolder(parse, display, cancellation)), display, cancellation);
            output.Document(results);
            output.Line(MarkdownReport.Render(new("Evaluation", model.Folder, [results.ToSection()])));
            results.Require(minimums);
        });
    }

    private EvaluationPlan Plan(ParseResult parse, IReadOnlyList<string> tasks, string data) => new()
    {
        Tasks = tasks,
        DataFolder = data,
        SkipMissing = parse.GetValue(_suite) is not null,
        Limit = parse.GetValue(_limit),
        Plain = parse.GetValue(_plain),
        Settings = new TaskSettings
        {
            Generation = new(parse.GetValue(_samples), parse.GetValue(_temperature), parse.GetValue(_maxTokens), parse.GetValue(_seed)),
            Sandbox = parse.GetValue(_sandbox)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
            Texts = [.. Corpus.Files(parse.GetValue(_text) ?? [])],
        },
        Output = parse.GetValue(_output),
    };

    private IReadOnlyList<string> Tasks(ParseResult parse)
    {
        try
        {
            var named = (parse.GetValue(_tasks) ?? []).SelectMany(name => name.Split(',', StringSplitOptions.RemoveEmptyEntries));
            var tasks = EvaluationPlan.TasksOf(parse.GetValue(_suite), named, parse.GetValue(_text) is { Length: > 0 });
            return tasks.Count > 0 ? tasks : throw new UsageException("Say what to evaluate: --suite NAME, --tasks NAMES or --text FILES");
        }
        catch (ArgumentException e)
        {
            throw new UsageException("--suite: " + UsageException.TextOf(e));
        }
    }

    private void CheckRanges(ParseResult parse)
    {
        Positive("--limit", parse.GetValue(_limit) ?? 1);
        Positive("--samples", parse.GetValue(_samples));
        Positive("--max-tokens", parse.GetValue(_maxTokens));
        if (parse.GetValue(_temperature) is not (>= 0 and <= 100) and var temperature)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--temperature: {temperature} is outside 0 to 100"));
        if (parse.GetValue(_samples) > 1 && parse.GetValue(_temperature) == 0)
            throw new UsageException("--samples: at temperature 0 all answers are the same; set --temperature above 0, such as 0.8");

        static void Positive(string option, int value)
        {
            if (value < 1)
                throw new UsageException($"{option}: {value} is outside 1 to {int.MaxValue}");
        }
    }

    private IReadOnlyDictionary<string, double> Minimums(ParseResult parse, IReadOnlyList<string> tasks)
    {
        try
        {
            return QualityGates.Parse(parse.GetValue(_min) ?? [], tasks);
        }
        catch (FormatException e)
        {
            throw new UsageException("--min " + e.Message);
        }
    }

    private string DataFolder(ParseResult parse, IProgressSink progress, CancellationToken cancellation)
    {
        try
        {
            return EvaluationData.Find(parse.GetValue(_data)!, progress, cancellation);
        }
        catch (ArgumentException e)
        {
            throw new UsageException("--data: " + UsageException.TextOf(e));
        }
    }
}
