using Mindwright.Data.Problems;
using Mindwright.Evaluation.Graders;

namespace Mindwright.Evaluation.Tasks;

/// <summary>
/// Programs judged by their tests: HumanEval (Chen et al. 2021) and MBPP (Austin et al. 2021). Nothing is run unless the user
/// names a sandbox: a command that reads a Python program from standard input and ends with exit code 0 if it succeeds.
/// </summary>
internal static class CodeTask
{
    private static readonly string[] EndOfFunction = ["\nclass ", "\ndef ", "\n#", "\nif ", "\nprint("];

    /// <summary>HumanEval: <c>{prompt, entry_point, test}</c>.</summary>
    public static GenerationTask HumanEval(string path, IReadOnlyList<string> sandbox, GenerationSettings settings)
    {
        var file = DataFile.Read(path);
        var box = new Sandbox(sandbox, CodeGrader.TimeLimit);
        return new("humaneval", "passed", file.Select(item =>
        {
            var (prompt, tests) = (item.Text("prompt"), $"{item.Text("test")}\ncheck({item.Text("entry_point")})");
            return new GenerationItem(
                new Problem("humaneval", $"Complete this Python function. Answer with the whole function and nothing else.\n\n{prompt}", tests),
                [new("passed", new CodeGrader(box, answer => $"{Program(prompt, answer)}\n{tests}\n"))],
                prompt, EndOfFunction);
        }), settings, $"humaneval {file.Hash}");
    }

    /// <summary>MBPP: <c>{text, test_list, test_setup_code}</c>.</summary>
    public static GenerationTask Mbpp(string path, IReadOnlyList<string> sandbox, GenerationSettings settings)
    {
        var file = DataFile.Read(path);
        var box = new Sandbox(sandbox, CodeGrader.TimeLimit);
        return new("mbpp", "passed", file.Select(item =>
        {
            var (setup, tests) = (item.Text("test_setup_code"), string.Join('\n', item.Texts("test_list")));
            var question = $"{item.Text("text")} Your code should pass these tests:\n\n{tests}\n";
            return new GenerationItem(
                new Problem("mbpp", question, tests),
                [new("passed", new CodeGrader(box, answer => $"{setup}\n{CodeGrader.Unfenced(answer)}\n{tests}\n"))],
                $"\"\"\"\n{question}\"\"\"\n", ["\n\"\"\"", "\nassert", "\nprint("]);
        }), settings, $"mbpp {file.Hash}");
    }

    /// <summary>A completed prompt, or the whole function where the model repeated its head.</summary>
    internal static string Program(string prompt, string answer)
    {
        var code = CodeGrader.Unfenced(answer);
        return code.Contains("def ", StringComparison.Ordinal) ? $"{prompt}    pass\n\n{code}" : $"{prompt}    {code.TrimStart()}";
    }
}
