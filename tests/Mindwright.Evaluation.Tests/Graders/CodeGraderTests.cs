using Mindwright.Evaluation.Graders;

namespace Mindwright.Evaluation.Tests.Graders;

public sealed class CodeGraderTests
{
    [Theory]
    [InlineData("```python\ndef f(): return 2\n```", 1)]
    [InlineData("def f(): return 2", 1)]
    [InlineData("def f(): return 3", 0)]
    [InlineData("def f(:", 0)]
    [InlineData("while True: pass", 0)]
    public async Task A_program_is_right_if_it_passes_the_expected_tests_in_time(string answer, double score)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3") || File.Exists("/usr/local/bin/python3"), "needs python3 as the sandbox");
        var grade = await GraderList.Open([new() { Name = "code", Command = ["python3", "-"], TimeoutSeconds = 5 }])
            .GradeAsync(new("t", "Write f.", "assert f() == 2"), Answer.Of(answer));
        Assert.Equal((score, false), (grade.Score, grade.IsFailed));
    }

    [Theory]
    [InlineData("exit 126", "exit code 126")]
    [InlineData("sleep 600", "did not end within 0.5 seconds")]
    public async Task A_sandbox_that_cannot_run_an_empty_program_has_failed(string script, string message)
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "needs /bin/sh");
        var grade = await GraderList.Open([new() { Name = "code", Command = ["/bin/sh", "-c", script], TimeoutSeconds = 0.5 }])
            .GradeAsync(new("t", "Write f.", "assert f() == 2"), Answer.Of("def f(): return 2"));
        Assert.True(grade.IsFailed);
        Assert.Contains(message, grade.Message, StringComparison.Ordinal);
    }
}
