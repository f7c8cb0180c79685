using System.CommandLine;
using System.Text.Json;
using Mindwright.Cli.Common;
using Mindwright.Evaluation;
using Mindwright.Model;
using Mindwright.Runs.Recipes;
using Mindwright.Workbench.Models;

namespace Mindwright.Cli.Tests;

public sealed class CommandLineTests
{
    public static TheoryData<string, int> ExceptionsAndCodes => new()
    {
        { nameof(InvalidDataException), ExitCodes.BadData },
        { nameof(FileNotFoundException), ExitCodes.BadData },
        { nameof(DirectoryNotFoundException), ExitCodes.BadData },
        { nameof(OutOfMemoryException), ExitCodes.Device },
        { nameof(OperationCanceledException), ExitCodes.Interrupted },
        { nameof(TaskCanceledException), ExitCodes.Interrupted },
        { nameof(UsageException), ExitCodes.Usage },
        { nameof(RecipeException), ExitCodes.BadRecipe },
        { nameof(DeviceException), ExitCodes.Device },
        { nameof(QualityGateException), ExitCodes.QualityGate },
        { nameof(IOException), ExitCodes.Failed },
        { nameof(InvalidOperationException), ExitCodes.Failed },
        { nameof(ArgumentException), ExitCodes.Failed },
    };

    [Theory]
    [MemberData(nameof(ExceptionsAndCodes))]
    public void An_exception_becomes_its_exit_code_and_its_message_also_when_a_loop_wrapped_it(string type, int code)
    {
        foreach (var wrap in new Func<Exception, Exception>[] { e => e, e => new AggregateException(e), e => new TypeInitializationException("T", e) })
        {
            var run = Throwing(wrap(Make(type)));
            Assert.Equal(code, run.ExitCode);
            Assert.Equal("", run.Stdout);
            Assert.Contains("lines.jsonl:3", run.Stderr, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Stderr, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_plain_cancellation_says_interrupted()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var root = new RootCommand { CommandLine.Json, new Command("go").Does((_, _, cancellation) => cancellation.ThrowIfCancellationRequested()) };
        var run = CommandRun.Of(root, ["go"], source.Token);
        Assert.Equal((130, "interrupted\n"), (run.ExitCode, run.Stderr));
    }

    [Fact]
    public void With_json_a_failure_is_the_one_document_unless_there_was_one_already()
    {
        var run = Throwing(new InvalidDataException("bad \"thing\""), "--json");
        var error = JsonDocument.Parse(run.Stdout).RootElement.GetProperty("error");
        Assert.Equal("bad \"thing\"", error.GetProperty("message").GetString());
        Assert.Equal(4, error.GetProperty("exit_code").GetInt32());

        var root = new RootCommand
        {
            CommandLine.Json,
            new Command("go").Does((_, output, _) =>
            {
                output.Document(new { BitsPerByte = 1.5 });
                throw new InvalidDataException("late");
            }),
        };
        run = CommandRun.Of(root, ["go", "--json"]);
        Assert.Equal(1.5, JsonDocument.Parse(run.Stdout).RootElement.GetProperty("bits_per_byte").GetDouble());
        Assert.Equal(4, run.ExitCode);
    }

    [Theory]
    [InlineData("benhc", "'bench'")]
    [InlineData("--jsn", "'--json'")]
    public void A_misspelt_word_is_a_usage_error_that_names_the_nearest(string word, string nearest)
    {
        var run = CommandRun.Of(word);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(nearest, run.Stderr, StringComparison.Ordinal);
        Assert.Contains("mindwright --help", run.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_usage_error_with_json_is_still_one_document()
    {
        var run = CommandRun.Of("nothing-like-it", "--json");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(2, JsonDocument.Parse(run.Stdout).RootElement.GetProperty("error").GetProperty("exit_code").GetInt32());
    }

    [Fact]
    public void Without_arguments_the_help_is_shown()
    {
        var run = CommandRun.Of();
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Usage:", run.Stdout, StringComparison.Ordinal);
        Assert.Contains("mindwright", run.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_has_a_description_and_help()
    {
        foreach (var command in Descend(Program.CreateRoot(ModelOpening.Backends)))
        {
            Assert.False(string.IsNullOrWhiteSpace(command.Description), command.Name);
            Assert.All(command.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{command.Name} {option.Name}"));
            Assert.All(command.Arguments, argument => Assert.False(string.IsNullOrWhiteSpace(argument.Description), $"{command.Name} {argument.Name}"));
        }

        static IEnumerable<Command> Descend(Command command) => command.Subcommands.SelectMany(Descend).Prepend(command);
    }

    private static CommandRun Throwing(Exception exception, params string[] options) =>
        CommandRun.Of(new RootCommand { CommandLine.Json, new Command("go").Does((_, _, _) => throw exception) }, ["go", .. options]);

    private static Exception Make(string type) => type switch
    {
        nameof(UsageException) => new UsageException("lines.jsonl:3"),
        nameof(RecipeException) => new RecipeException("lines.jsonl:3"),
        nameof(DeviceException) => new DeviceException("lines.jsonl:3"),
        nameof(QualityGateException) => new QualityGateException("lines.jsonl:3"),
        _ => (Exception)Activator.CreateInstance(
            (typeof(Exception).Assembly.GetType($"System.IO.{type}") ?? typeof(Exception).Assembly.GetType($"System.{type}")
                ?? typeof(Exception).Assembly.GetType($"System.Threading.Tasks.{type}"))!, "lines.jsonl:3")!,
    };
}
