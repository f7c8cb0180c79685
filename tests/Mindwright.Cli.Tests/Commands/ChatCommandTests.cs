using Mindwright.Cli.Commands;
using Mindwright.Cli.Common;
using Mindwright.Inference.Generation;
using Mindwright.Inference.Tests;
using Mindwright.Tokens.Chat;

namespace Mindwright.Cli.Tests.Commands;

public sealed class ChatCommandTests
{
    [Fact]
    public void Piped_lines_get_their_answers_until_quit()
    {
        var (_, stdout, _) = Converse("Earth?\n\nMars?\n/quit\nVenus?\n", "Blue.<|im_end|>", "<think>\nHm.\n</think>\n\nRed.<|im_end|>");
        Assert.Equal("Blue.\n<think>\nHm.\n</think>\nRed.\n", stdout);
    }

    [Fact]
    public void Commands_change_the_conversation_and_say_so_on_standard_error()
    {
        var (session, stdout, stderr) = Converse("/system Be brief.\n/temperature 0.25\n/think off\nEarth?\n/reset\n/system\n/help\n/temperature hot\n/nonsense\n", "Blue.<|im_end|>");
        Assert.Equal("Blue.\n", stdout);
        Assert.Equal(0.25, session.Options.Sampling.Temperature);
        Assert.Equal(PromptThinking.Skip, session.Thinking);
        Assert.Null(session.SystemPrompt);
        Assert.Empty(session.Messages);
        Assert.Contains("/quit", stderr, StringComparison.Ordinal);
        Assert.Contains("/temperature takes a number", stderr, StringComparison.Ordinal);
        Assert.Contains("/nonsense is no command", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_is_too_long_is_refused_and_the_conversation_goes_on()
    {
        var (session, stdout, stderr) = Converse(new string('x', 2000) + "\nEarth?\n", "Blue.<|im_end|>");
        Assert.Contains("Say it in fewer words", stderr, StringComparison.Ordinal);
        Assert.EndsWith("Blue.\n", stdout, StringComparison.Ordinal);
        Assert.Equal(2, session.Messages.Count);
    }

    [Fact]
    public void Chat_is_no_document()
    {
        var run = CommandRun.Of("chat", "--json");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("generate --chat", run.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_ends_the_wait_for_a_line()
    {
        using var source = new CancellationTokenSource();
        using var silence = new Silence();
        var waiting = Task.Run(() => silence.ReadLine(source.Token));
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => waiting.GetAwaiter().GetResult());
        silence.End.Set();
    }

    private static (ChatSession Session, string Stdout, string Stderr) Converse(string input, params string[] scripts)
    {
        var model = new ScriptedModel(SmallTokenizer.Instance.VocabularySize, 1000);
        model.Scripts.AddRange(scripts.Select(SmallTokenizer.Ids));
        var session = new ChatSession(model, SmallTokenizer.Instance, SmallTokenizer.Format, new GenerationOptions());
        var (stdout, stderr) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        ChatCommand.Converse(session, new StringReader(input), new Output(stdout, stderr, json: false), default);
        return (session, stdout.ToString(), stderr.ToString());
    }

    private sealed class Silence : TextReader
    {
        public ManualResetEventSlim End { get; } = new();

        public override string? ReadLine()
        {
            End.Wait();
            return null;
        }
    }
}
