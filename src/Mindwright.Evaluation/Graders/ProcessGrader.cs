using System.Text.Json;
using Mindwright.Data.Problems;
using Mindwright.Runs.Files;

namespace Mindwright.Evaluation.Graders;

/// <summary>
/// What a program of the user's says, a JSON line for each answer: <c>{"question", "messages", "answer", "expected", "thinking", …}</c> →
/// <c>{"score": 0.5, "parts": {…}}</c>, or <c>{"error": "why"}</c>. Anything else, a crash or a timeout ends the program, and the next answer starts it anew.
/// </summary>
internal sealed class ProcessGrader(IReadOnlyList<string> command, TimeSpan timeLimit) : IGrader, IDisposable
{
    private readonly JsonLineProcess _process = new(command, timeLimit);

    public static GraderDefinition Definition { get; } = new(
        "process", section => new ProcessGrader(section.Command, TimeSpan.FromSeconds(section.TimeoutSeconds ?? 60)))
    {
        Required = [nameof(GraderSection.Command)],
        Keys = [nameof(GraderSection.TimeoutSeconds)],
    };

    /// <inheritdoc/>
    public string Name => "process";

    /// <inheritdoc/>
    /// <exception cref="IOException">The program could not be started, or ended before it had answered.</exception>
    /// <exception cref="TimeoutException">The answer took too long.</exception>
    /// <exception cref="InvalidDataException">It answered something else.</exception>
    public async ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default)
    {
        var request = JsonSerializer.Serialize(
            new
            {
                problem.Question,
                Messages = problem.Messages.Select(message => new { message.Role, message.Content }),
                Answer = answer.Text,
                Expected = problem.Answer,
                answer.Message.Thinking,
                problem.Kind,
                answer.Ended,
            }, JsonFormat.Line);
        return await _process.AskAsync(request, 1, Read, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private Grade Read(IReadOnlyList<string> lines)
    {
        var line = lines is [var only] ? only : "";
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            if (json.Has("error"))
                return Grade.Failed($"'{command[0]}' says: {json.Text("error")}");
            return new Grade(
                Number(json.Get("score"), "score"),
                json.Has("parts") ? json.Get("parts").EnumerateObject().ToDictionary(part => part.Name, part => Number(part.Value, part.Name)) : Grade.Of(0).Parts);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new InvalidDataException(
                $"'{command[0]}' did not answer with {{\"score\": number, \"parts\": {{…}}}} but with: {(line.Length > 0 ? RunningProgram.Beginning(line) : "an empty line")}", e);
        }
    }

    private static double Number(JsonElement json, string key) =>
        json.GetDouble() is var number && double.IsFinite(number) ? number : throw new FormatException($"\"{key}\" is not finite");
}
