using System.Text.Json;
using Mindwright.Runs.Files;

namespace Mindwright.Cli.Common;

/// <summary>
/// What a command says, and where: results to standard output, either as lines for people or as one JSON document for programs
/// (<see cref="JsonFormat.Indented"/>); logs to standard error.
/// </summary>
/// <param name="stdout">Takes results.</param>
/// <param name="stderr">Takes logs.</param>
/// <param name="json">Whether a program reads.</param>
internal sealed class Output(TextWriter stdout, TextWriter stderr, bool json)
{
    /// <summary>Whether <c>--json</c> was given.</summary>
    public bool Json { get; } = json;

    /// <summary>Whether the one document was written.</summary>
    public bool HasDocument { get; private set; }

    /// <summary>Standard output, for text that comes piece by piece; nothing but the document may go there with <c>--json</c>.</summary>
    public TextWriter Text => Json ? TextWriter.Null : stdout;

    /// <summary>Whether to draw: a person watches standard output.</summary>
    public bool IsLive => !Json && ReferenceEquals(stdout, Console.Out) && Terminal.IsLive;

    /// <summary>Writes a line for people to standard output; with <c>--json</c>, nothing.</summary>
    public void Line(string text = "") => Text.WriteLine(text);

    /// <summary>Writes a line to standard error.</summary>
    public void Log(string text) => stderr.WriteLine(text);

    /// <summary>Writes the one JSON document to standard output, if <c>--json</c> was given.</summary>
    /// <exception cref="InvalidOperationException">A document was written before.</exception>
    public void Document<T>(T value)
    {
        if (!Json)
            return;
        if (HasDocument)
            throw new InvalidOperationException("A command writes one JSON document, and this is the second");
        stdout.WriteLine(JsonSerializer.Serialize(value, JsonFormat.Indented));
        HasDocument = true;
    }
}
