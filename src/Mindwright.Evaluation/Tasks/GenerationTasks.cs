using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;

namespace Mindwright.Evaluation.Tasks;

/// <summary>The tasks in which the model writes.</summary>
internal static class GenerationTasks
{
    private static readonly string[] NextQuestion = ["\nQuestion:", "\n\n\n"];

    /// <summary>Grade-school word problems: <c>{question, answer}</c>, the answer ending in <c>#### number</c>.</summary>
    /// <param name="path">The problems.</param>
    /// <param name="examples">A file of the same form from which eight solved examples are taken; null for none.</param>
    /// <param name="settings">How answers are drawn.</param>
    public static GenerationTask Gsm8k(string path, string? examples, GenerationSettings settings)
    {
        var file = DataFile.Read(path);
        var solved = examples is null ? null : DataFile.Read(examples);
        var shots = solved is null ? "" : string.Concat(solved.Items.Take(8).Select(item => $"Question: {item.Text("question")}\nAnswer: {item.Text("answer")}\n\n"));
        GenerationMeasure[] measures = [new("strict", new NumberGrader(strict: true)), new("flexible", new NumberGrader(strict: false))];
        return new("gsm8k", "strict", file.Select(item => new GenerationItem(
            new Problem("gsm8k", item.Text("question"), Gsm8kAnswer.Strict(item.Text("answer")) ?? throw new FormatException("an answer without ####")),
            measures,
            $"{shots}Question: {item.Text("question")}\nAnswer:", NextQuestion)), settings, $"gsm8k {file.Hash} {solved?.Hash}");
    }

    /// <summary>Competition mathematics: <c>{context, answer, category}</c>.</summary>
    public static GenerationTask Math(string path, GenerationSettings settings)
    {
        var file = DataFile.Read(path);
        const string Ask = "Put the final answer in \\boxed{}.";
        GenerationMeasure[] measures = [new("exact_match", new MathGrader())];
        return new("math", "exact_match", file.Select(item => new GenerationItem(
            new Problem("math", $"{item.Text("context")}\n{Ask}", item.Text("answer")),
            measures,
            $"Problem: {item.Text("context")}\n{Ask}\nSolution:", ["\nProblem:"], item.Has("category") ? item.Text("category") : null)),
            settings, $"math {file.Hash}");
    }

    /// <summary>Tasks with one right string: <c>{examples: [{input, target}]}</c> as in BIG-Bench Hard, one file a task.</summary>
    public static GenerationTask ExactMatch(string path, GenerationSettings settings)
    {
        var file = DataFile.Read(path);
        var items = file.Items.SelectMany(item => item.Get("examples").EnumerateArray()).ToArray();
        var name = Path.GetFileNameWithoutExtension(path);
        GenerationMeasure[] measures = [new("exact_match", new FirstLineGrader())];
        return new(name, "exact_match", [.. items.Select(item => new GenerationItem(
            new Problem(name, item.Text("input"), item.Text("target")), measures, $"Q: {item.Text("input")}\nA:", ["\nQ:"]))],
            settings, $"exact match {file.Hash}");
    }

    /// <summary>
    /// Verifiable instructions: <c>{prompt, instruction_id_list, kwargs}</c>. Prompts with an instruction that cannot be checked
    /// here count by their other instructions only.
    /// </summary>
    public static GenerationTask InstructionFollowing(string path, GenerationSettings settings)
    {
        var file = DataFile.Read(path);
        var grader = new InstructionsGrader();
        string[] parts = [InstructionsGrader.PromptStrict, InstructionsGrader.PromptLoose, InstructionsGrader.InstructionStrict];
        GenerationMeasure[] measures = [.. parts.Select(part => new GenerationMeasure(part, grader, part))];
        return new("ifeval", InstructionsGrader.PromptStrict, file.Select(item => new GenerationItem(
            new Problem("ifeval", item.Text("prompt"), InstructionsGrader.Expect(item)), measures)), settings, $"ifeval {file.Hash}");
    }

    /// <summary>Harmful requests, which should be declined: <c>{goal}</c>, <c>{prompt}</c> or <c>{Behavior}</c>.</summary>
    public static GenerationTask Refusals(string path, GenerationSettings settings)
    {
        var file = DataFile.Read(path);
        GenerationMeasure[] measures = [new("refused", new RefusalGrader())];
        return new("refusal", "refused", file.Select(item => new GenerationItem(
            new Problem("refusal", item.Text(item.Has("goal") ? "goal" : item.Has("prompt") ? "prompt" : "Behavior"), RefusalGrader.Refuse), measures)),
            settings, $"refusal {file.Hash}");
    }

    /// <summary>
    /// Harmless requests that sound dangerous, and dangerous ones beside them (Röttger et al. 2023, XSTest):
    /// <c>{prompt, label: safe|unsafe}</c>. Right is to answer the safe and to decline the unsafe.
    /// </summary>
    public static GenerationTask OverRefusals(string path, GenerationSettings settings)
    {
        var file = DataFile.Read(path);
        var grader = new RefusalGrader();
        GenerationMeasure[] safe = [new("answered_safe", grader)], dangerous = [new("refused_unsafe", grader)];
        return new("over_refusal", "answered_safe", file.Select(item => item.Text("label") == "safe"
            ? new GenerationItem(new Problem("safe", item.Text("prompt"), RefusalGrader.DoAnswer), safe)
            : new GenerationItem(new Problem("unsafe", item.Text("prompt"), RefusalGrader.Refuse), dangerous)), settings, $"over-refusal {file.Hash}");
    }
}
