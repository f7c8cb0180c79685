using System.CommandLine;
using System.Globalization;
using Mindwright.Cli.Common;
using Mindwright.Cli.Display;
using Mindwright.Inference.Generation;
using Mindwright.Inference.Opening;
using Mindwright.Tokens.Chat;

namespace Mindwright.Cli.Commands;

/// <summary><c>chat</c>: a conversation in the terminal, or line by line from standard input.</summary>
internal static class ChatCommand
{
    private const string Help =
        """
        /system TEXT        give the model instructions; without TEXT, none
        /temperature X      below 1 is more predictable, above 1 more varied, 0 always takes the most probable
        /think on|off|auto  make the model think first, or answer at once, or do as it likes
        /reset              forget the conversation
        /quit               leave (so does the end of the input)
        /help               this list
        """;

    public static Command Create(ModelBackends backends)
    {
        var model = new ModelArguments(backends);
        var system = new Option<string>("--system") { Description = "Instructions above the conversation." };
        var sampling = new SamplingArguments();
        var command = new Command("chat", "Talk with a model.") { system };
        model.AddTo(command);
        sampling.AddTo(command);
        return command.Does((parse, output, cancellation) =>
        {
            if (output.Json)
                throw new UsageException("chat is a conversation, not one document; `mindwright generate --chat --json` answers a single message");
            var options = sampling.Read(parse);
            using var loaded = model.Open(parse);
            var session = loaded.StartChat(parse.GetValue(system), options);
            Converse(session, Input.Open(), output, cancellation);
        });
    }

    /// <summary>Reads a line, answers it, until the input ends or someone says <c>/quit</c>.</summary>
    internal static void Converse(ChatSession session, TextReader input, Output output, CancellationToken cancellation)
    {
        if (output.IsLive)
            output.Line("Say something. /help lists the commands, /quit leaves.");
        while (true)
        {
            if (output.IsLive)
                output.Text.Write("\n\e[1m> \e[0m");
            if (input.ReadLine(cancellation) is not { } line)
                return;
            line = line.Trim();
            if (line == "/quit")
                return;
            if (line.StartsWith('/'))
                Obey(session, line, output);
            else if (line.Length > 0)
                Answer(session, line, output, cancellation);
        }
    }

    private static void Answer(ChatSession session, string line, Output output, CancellationToken cancellation)
    {
        var dropped = session.DroppedMessages;
        var printer = new ChatPrinter(output);
        try
        {
            foreach (var piece in session.Reply(line, cancellation))
                printer.Print(piece);
        }
        catch (ArgumentException e)
        {
            output.Log(UsageException.TextOf(e));
            return;
        }
        finally
        {
            printer.End();
        }
        if (session.Finish == FinishReason.Length)
            output.Log("(cut off: --max-tokens, or the model's context, was used up)");
        if (session.DroppedMessages > dropped)
            output.Log("(the context is full: the oldest turns are forgotten)");
    }

    private static void Obey(ChatSession session, string line, Output output)
    {
        var (name, value) = line.Split(' ', 2, StringSplitOptions.TrimEntries) is [var first, var rest] ? (first, rest) : (line, "");
        switch (name)
        {
            case "/help":
                output.Log(Help);
                break;
            case "/reset":
                session.Reset();
                output.Log("(forgotten)");
                break;
            case "/system":
                session.SystemPrompt = value.Length > 0 ? value : null;
                output.Log(value.Length > 0 ? "(instructions set)" : "(no instructions)");
                break;
            case "/temperature" when double.TryParse(value, CultureInfo.InvariantCulture, out var temperature) && temperature is >= 0 and < double.PositiveInfinity:
                session.Options = session.Options with { Sampling = session.Options.Sampling with { Temperature = temperature } };
                output.Log(string.Create(CultureInfo.InvariantCulture, $"(temperature {temperature})"));
                break;
            case "/temperature":
                output.Log("/temperature takes a number, 0 or more");
                break;
            case "/think" when value is "on" or "off" or "auto":
                session.Thinking = value switch { "on" => PromptThinking.Open, "off" => PromptThinking.Skip, _ => PromptThinking.Free };
                output.Log($"(thinking {value})");
                break;
            case "/think":
                output.Log("/think takes on, off or auto");
                break;
            default:
                output.Log($"{name} is no command; /help lists those there are");
                break;
        }
    }
}
