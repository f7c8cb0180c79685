using System.Text.Json;
using Mindwright.Data.Problems;

namespace Mindwright.Evaluation.Graders;

/// <summary>
/// The share of a problem's instructions that the answer follows (<see cref="InstructionChecks"/>). The expected answer is IFEval's
/// <c>{"instruction_id_list": […], "kwargs": […]}</c>. Instructions that cannot be checked here don't count; where none can, the grader has failed.
/// </summary>
/// <remarks>
/// Its parts are IFEval's measures: <c>instruction_strict</c> (the score), <c>prompt_strict</c> (all are followed) and <c>prompt_loose</c> (each is by
/// some loose reading).
/// </remarks>
internal sealed class InstructionsGrader : IGrader
{
    public const string PromptStrict = "prompt_strict", PromptLoose = "prompt_loose", InstructionStrict = "instruction_strict";

    public static GraderDefinition Definition { get; } = new("instructions", _ => new InstructionsGrader());

    /// <inheritdoc/>
    public string Name => "instructions";

    /// <summary>The expected answer of a problem with these instructions.</summary>
    public static string Expect(JsonElement item) => JsonSerializer.Serialize(new Dictionary<string, JsonElement>
    {
        ["instruction_id_list"] = item.Get("instruction_id_list"),
        ["kwargs"] = item.Get("kwargs"),
    });

    /// <inheritdoc/>
    public ValueTask<Grade> GradeAsync(Problem problem, Answer answer, CancellationToken cancellation = default)
    {
        if (Expected.Missing(problem) is { } missing)
            return ValueTask.FromResult(missing);
        using var document = JsonDocument.Parse(problem.Answer);
        var instructions = document.RootElement.Texts("instruction_id_list").Zip(document.RootElement.Get("kwargs").EnumerateArray()).ToArray();
        var strict = Follows(answer.Text);
        if (strict.Length == 0)
            return ValueTask.FromResult(Grade.Failed($"none of its instructions can be checked: {string.Join(", ", instructions.Select(i => i.First))}"));
        var loose = InstructionChecks.LooseReadings(answer.Text).Select(Follows).ToArray();
        var share = strict.Average(One);
        return ValueTask.FromResult(new Grade(share, new Dictionary<string, double>
        {
            [PromptStrict] = One(strict.All(followed => followed)),
            [PromptLoose] = One(Enumerable.Range(0, strict.Length).All(i => loose.Any(reading => reading[i]))),
            [InstructionStrict] = share,
        }));

        bool[] Follows(string text) => [.. instructions.Select(i => InstructionChecks.Follows(i.First, i.Second, text)).OfType<bool>()];
    }

    private static double One(bool value) => value ? 1 : 0;
}
