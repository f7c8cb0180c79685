using System.CommandLine;
using System.Text;
using Mindwright.Cli.Common;
using Mindwright.Cli.Display;
using Mindwright.Inference.Generation;
using Mindwright.Inference.Opening;
using Mindwright.Tokens;

namespace Mindwright.Cli.Commands;

/// <summary><c>generate</c>: continues one prompt.</summary>
internal static class GenerateCommand
{
    public static Command Create(ModelBackends backends)
    {
        var model = new ModelArguments(backends);
        var prompt = new Option<string>("--prompt") { Description = "The text to go on from; standard input if left out." };
        var chat = new Option<bool>("--chat") { Description = "Take the prompt as what a user says, and give the answer, instead of continuing it as text." };
        var system = new Option<string>("--system") { Description = "With --chat: instructions above the conversation." };
        var sampling = new SamplingArguments();
        var command = new Command("generate", "Let a model continue a text, or answer it.") { prompt, chat, system };
        model.AddTo(command);
        sampling.AddTo(command);
        return command.Does((parse, output, cancellation) =>
        {
            if (parse.GetValue(system) is not null && !parse.GetValue(chat))
                throw new UsageException("--system goes with --chat only: plain text has no instructions above it");
            var options = sampling.Read(parse);
            var text = parse.GetValue(prompt) ?? ReadInput();
            using var loaded = model.Open(parse);
            if (parse.GetValue(chat))
                Answer(loaded, text, parse.GetValue(system), options, output, cancellation);
            else
                Continue(loaded, text, options, output, cancellation);
        });
    }

    private static void Continue(OpenedModel loaded, string prompt, GenerationOptions options, Output output, CancellationToken cancellation)
    {
        options = options with { StopIds = loaded.StopIds };
        var ids = Encode(loaded, prompt);
        var decoder = new StreamingDecoder(loaded.Tokenizer);
        var text = new StringBuilder();
        var (tokens, logProb, stopped) = (0, 0.0, false);
        foreach (var token in Generator.Stream(loaded.Model, ids, options, cancellation))
        {
            tokens++;
            logProb += token.LogProb;
            stopped = options.StopIds.Contains(token.Id);
            if (!stopped)
                Emit(decoder.Append(token.Id));
        }
        Emit(decoder.Flush());
        output.Line();
        output.Document(new
        {
            Model = loaded.Folder,
            Prompt = prompt,
            Text = text.ToString(),
            PromptTokens = ids.Length,
            Tokens = tokens,
            LogProb = logProb,
            Finish = stopped ? FinishReason.Stop : FinishReason.Length,
        });

        void Emit(string piece)
        {
            text.Append(piece);
            output.Text.Write(piece);
        }
    }

    private static int[] Encode(OpenedModel loaded, string prompt)
    {
        try
        {
            return loaded.EncodePrompt(prompt);
        }
        catch (ArgumentException)
        {
            throw new UsageException("The prompt is empty, and this model has no token that begins a text");
        }
    }

    private static void Answer(
        OpenedModel loaded, string prompt, string? system, GenerationOptions options, Output output, CancellationToken cancellation)
    {
        var session = loaded.StartChat(system, options);
        var printer = new ChatPrinter(output);
        foreach (var piece in session.Reply(prompt, cancellation))
            printer.Print(piece);
        printer.End();
        var answer = session.Messages[^1];
        output.Document(new
        {
            Model = loaded.Folder,
            Prompt = prompt,
            Text = answer.Content,
            answer.Thinking,
            session.Finish,
        });
    }

    private static string ReadInput()
    {
        if (!Console.IsInputRedirected)
            throw new UsageException("Give the text to go on from: --prompt TEXT, or on standard input");
        return Input.Open().ReadToEnd();
    }
}
